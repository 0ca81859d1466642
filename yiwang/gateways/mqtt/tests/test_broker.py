"""How the town's broker is named."""

import pytest

from yiwang.gateways.mqtt.broker import Broker, read_address
from yiwang.gateways.mqtt.problems import BrokerAddressWrong, PasswordInAddress


@pytest.mark.parametrize(
    ("address", "version", "broker"),
    [
        ("mqtt://broker.example", "5", Broker("broker.example", 1883, False, "5", "", "secret")),
        ("mqtts://yiwang@10.0.0.7:9000", "3.1.1", Broker("10.0.0.7", 9000, True, "3.1.1", "yiwang", "secret")),
        ("mqtts://[::1]", "5", Broker("::1", 8883, True, "5", "", "secret")),
    ],
)
def test_a_broker_is_named_by_its_address_and_never_with_a_password(address, version, broker):
    assert read_address(address, version=version, password="secret") == broker
    assert "secret" not in repr(broker)
    with pytest.raises(PasswordInAddress):
        read_address(address.replace("//", "//me:hunter2@").replace("yiwang@", ""), version=version)


@pytest.mark.parametrize(
    ("address", "version"),
    [
        ("broker.example", "5"),
        ("http://broker.example", "5"),
        ("mqtt://", "5"),
        ("mqtt://broker.example:0x1", "5"),
        ("mqtt://broker.example/topic", "5"),
        ("mqtt://broker.example", "4"),
    ],
)
def test_what_is_no_address_is_refused(address, version):
    with pytest.raises(BrokerAddressWrong):
        read_address(address, version=version)
