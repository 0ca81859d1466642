"""What the numbers and letters of HJ 212 stand for (R-074 to R-079). `verified` is False where nobody has compared the source.

The English names are for programs and logs; people read the texts of `gateways/hj212_tcp`.
"""

from typing import NamedTuple


class Code(NamedTuple):
    """What a code stands for."""

    name: str
    verified: bool = True


REPLY_WANTED, SPLIT, VERSION = 1, 2, 0xFC
"""Bits of the field Flag (R-074); a version other than 0 means the form of 2017."""
FLAG_2017 = 4

RESET, GET_TIME, SET_TIME, TIME_ASKED = "1000", "1011", "1012", "1013"
GET_INTERVAL, SET_INTERVAL, GET_MINUTES, SET_MINUTES, SET_PASSWORD = "1061", "1062", "1063", "1064", "1072"
REALTIME, STOP_REALTIME, STATE, STOP_STATE = "2011", "2012", "2021", "2022"
DAY, DAY_RUN, MINUTE, HOUR, RESTARTED = "2031", "2041", "2051", "2061", "2081"
REQUEST_ANSWER, RESULT, NOTICE_ANSWER, DATA_ANSWER = "9011", "9012", "9013", "9014"

COMMANDS = {
    RESET: Code("set timeout and retries"),
    GET_TIME: Code("get time"),
    SET_TIME: Code("set time"),
    TIME_ASKED: Code("time calibration asked for"),
    GET_INTERVAL: Code("get interval of real-time data"),
    SET_INTERVAL: Code("set interval of real-time data"),
    GET_MINUTES: Code("get interval of minute data"),
    SET_MINUTES: Code("set interval of minute data"),
    SET_PASSWORD: Code("set password"),
    REALTIME: Code("real-time data"),
    STOP_REALTIME: Code("stop real-time data"),
    STATE: Code("state of the equipment"),
    STOP_STATE: Code("stop state of the equipment"),
    DAY: Code("day data"),
    DAY_RUN: Code("running time of a day"),
    MINUTE: Code("minute data"),
    HOUR: Code("hour data"),
    RESTARTED: Code("time of restart"),
    "3011": Code("zero and span calibration", False),
    "3012": Code("sample now", False),
    "3013": Code("start cleaning", False),
    "3014": Code("comparison sampling", False),
    "3015": Code("keep sample over limit", False),
    "3016": Code("set sampling interval", False),
    "3017": Code("get sampling interval", False),
    "3018": Code("get sampling duration", False),
    "3019": Code("get instrument number", False),
    "3020": Code("get instrument information", False),
    "3021": Code("set instrument parameters", False),
    REQUEST_ANSWER: Code("answer to a request"),
    RESULT: Code("result of a request"),
    NOTICE_ANSWER: Code("answer to a notice"),
    DATA_ANSWER: Code("answer to data"),
}
INTERVALS = {REALTIME: "realtime", STATE: "realtime", MINUTE: "minute", HOUR: "hour", DAY: "day", DAY_RUN: "day"}
"""Commands whose packets carry readings, and the interval that a reading stands for; DataTime is its beginning (R-078, unverified)."""
ANSWERS = frozenset({REQUEST_ANSWER, RESULT, NOTICE_ANSWER, DATA_ANSWER})

READY, REFUSED, WRONG_PASSWORD, WRONG_MN, WRONG_ST = 1, 2, 3, 4, 5
WRONG_FLAG, WRONG_QN, WRONG_CN, WRONG_CRC, UNKNOWN = 6, 7, 8, 9, 100
REQUEST_RETURNS = {
    READY: Code("ready"),
    REFUSED: Code("refused"),
    WRONG_PASSWORD: Code("wrong password"),
    WRONG_MN: Code("wrong MN"),
    WRONG_ST: Code("wrong ST"),
    WRONG_FLAG: Code("wrong Flag"),
    WRONG_QN: Code("wrong QN"),
    WRONG_CN: Code("wrong CN"),
    WRONG_CRC: Code("wrong check"),
    UNKNOWN: Code("unknown"),
}
"""QnRtn (R-076)."""
DONE, FAILED, CONDITION, TIMEOUT, BUSY, SYSTEM_FAULT, NO_DATA = 1, 2, 3, 4, 5, 6, 100
RESULT_RETURNS = {
    DONE: Code("done"),
    FAILED: Code("failed, reason unknown"),
    CONDITION: Code("condition not met"),
    TIMEOUT: Code("timeout or no communication", False),
    BUSY: Code("busy"),
    SYSTEM_FAULT: Code("system fault"),
    NO_DATA: Code("no data"),
}
"""ExeRtn (R-076). Sources differ on what 4 means."""

SYSTEMS = {
    "21": Code("surface water"),
    "22": Code("air"),
    "23": Code("noise"),
    "31": Code("air source"),
    "32": Code("water source"),
    "33": Code("groundwater source"),
    "34": Code("sea"),
    "35": Code("soil"),
    "36": Code("noise source"),
    "37": Code("vibration"),
    "38": Code("radiation"),
    "39": Code("site dust", False),
    "41": Code("electromagnetic"),
    "51": Code("process", False),
    "52": Code("process", False),
    "91": Code("between systems"),
}
"""ST (R-079)."""
BETWEEN_SYSTEMS = "91"

DATA_FLAGS = {
    "N": Code("normal"),
    "F": Code("stopped"),
    "M": Code("maintenance"),
    "S": Code("entered by hand"),
    "D": Code("fault"),
    "C": Code("calibration"),
    "T": Code("over range"),
    "B": Code("communication fault"),
}
"""A factor's Flag (R-077)."""

OVERTIME_SECONDS = 10
"""How long to wait for an answer before sending again, over a mobile line as stations have it (R-078)."""
SENDINGS = 3
"""How often a request is sent before it counts as unanswered (R-078)."""
INTERVAL_SECONDS = (30, 3600)
INTERVAL_MINUTES = (1, 99)
"""From, to: what the intervals of real-time and minute data may be set to (R-078)."""
