"""What the dated rules of this pack must look like: a limit that is missing is refused at load, with file and line."""

from yiwang.kernel.params.loading import Shape
from yiwang.kernel.params.yamlfile import choice, day, listed, mapping, number, optional, positive, text
from yiwang.packs.sewage.rules.effluent import ITEMS, EffluentClass

BY_CLASS = mapping({str(one): optional(number) for one in EffluentClass})
PLAIN = tuple(item for item in ITEMS if item not in ("nh3n", "tp", "ph"))
REMOVAL = mapping({"influent_above": positive, "removed_above_percent": positive})

RULES = {
    "sewage.effluent": Shape(
        unit=choice("mg/L"),
        value=mapping(
            {
                "at_most": mapping(dict.fromkeys(PLAIN, BY_CLASS)),
                "nh3n": mapping({"cold_up_to_c": number, "warm": BY_CLASS, "cold": BY_CLASS}),
                "tp": mapping({"old_built_up_to": day, "old": BY_CLASS, "new": BY_CLASS}),
                "ph": listed(number),
                "removal_in_third": mapping({"cod": REMOVAL, "bod5": REMOVAL}),
            }
        ),
    ),
    "sewage.sampling": Shape(unit=choice("hour"), value=positive),
    "sewage.rural-standard": Shape(value=text),
}
"""Every rule of `params/*.yaml` that the code of this pack names."""
