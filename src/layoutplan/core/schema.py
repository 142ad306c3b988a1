"""Names, units and allowed values of every table, written here and nowhere else.

Columns of tables are in the language of the contract; the headers that planners really write
(Chinese or English) are recognized through the aliases.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Mode = Literal["walk", "bike", "bus", "car"]
Kind = Literal["center", "primary", "teaching_point", "candidate"]
Decision = Literal["free", "keep", "close"]
Movement = Literal["by_village", "whole_school", "redraw"]
OverLimit = Literal["keep", "forbid"]
Boarding = Literal["beyond_reach", "anywhere"]
Action = Literal["keep", "merge", "close", "downgrade", "open", "expand"]
CLOSED_ACTIONS: Final[tuple[Action, ...]] = ("merge", "close")  # open no more
Status = Literal["optimal", "within_gap", "time_limit"]

MODES: Final[tuple[Mode, ...]] = get_args(Mode)
MOVEMENTS: Final[tuple[Movement, ...]] = get_args(Movement)
OVER_LIMIT: Final[tuple[OverLimit, ...]] = get_args(OverLimit)
BOARDING: Final[tuple[Boarding, ...]] = get_args(Boarding)
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

OBJECTIVES: Final = (
    "small_schools",
    "schools_open",
    "pupil_minutes",
    "max_minutes",
    "yearly_cost",
    "pupils_moved",
    "one_off_cost",
)
TOWNSHIP_KINDS: Final = ("center", "primary", "teaching_point", "any")  # of one_per_township

LONLAT: Final = "EPSG:4326"  # every geometry inside the house: degrees, longitude first
MS_PER_MINUTE: Final = 60_000
CENTS: Final = 100  # money is counted in whole hundredths of the currency
BOARDER_TRIPS_SHARE: Final = 0.2  # of a day pupil's trips: one weekend trip for five school days
MINUTES_DECIMALS: Final = 5  # written so: half a unit is 0.3 ms, so whole milliseconds come back
PLAN_SCHEMA: Final = "layoutplan-plan/1"

PUPILS_PREFIX: Final = "pupils_"  # pupils_<band>
BAND_SEPARATOR: Final = ";"

# What a table holds: column -> the headers that mean it, beside its own name. Compared after
# folding case, full-width forms, spaces, dashes and brackets (see load.headers).
VILLAGE_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "village_id": (
        "id",
        "code",
        "village code",
        "编号",
        "代码",
        "村编号",
        "村代码",
        "村庄编号",
        "村庄代码",
        "行政村代码",
        "行政村编码",
        "行政村编号",
        "区划代码",
        "hab_id",
        "habitation_id",
    ),
    "name": (
        "village",
        "village name",
        "名称",
        "村名",
        "村庄",
        "村庄名称",
        "行政村",
        "行政村名称",
        "hab_name",
    ),
    "township": ("town", "乡镇", "所属乡镇", "乡镇名称", "街道", "乡", "镇"),
    "school_id": (
        "school",
        "attends",
        "current_school",
        "就读学校",
        "就读学校编号",
        "就读学校代码",
        "现就读学校",
        "学校编号",
        "学校代码",
        "学校标识码",
    ),
    "pupils": (
        "students",
        "children",
        "学生",
        "学生数",
        "学生人数",
        "在校生",
        "在校生数",
        "小学生数",
    ),
}
SCHOOL_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "school_id": (
        "id",
        "code",
        "school code",
        "编号",
        "代码",
        "学校编号",
        "学校代码",
        "学校标识码",
        "标识码",
    ),
    "name": ("school", "school name", "名称", "学校", "校名", "学校名称"),
    "township": ("town", "乡镇", "所属乡镇", "乡镇名称", "街道", "乡", "镇", "鄉鎮市區"),
    "enrollment": (
        "enrolment",
        "pupils",
        "students",
        "在校生",
        "在校生数",
        "在校学生数",
        "学生数",
        "学生人数",
        "學生人數",
        "學生數",
    ),
    "seats": ("capacity", "places", "学位", "学位数", "核定学位", "容量", "规模"),
    "beds": ("床位", "床位数", "寄宿床位"),
    "kind": ("type", "类型", "学校类型", "办学类型"),
    "decision": ("决定", "去留", "处理意见"),
    "bands": ("grades", "学段", "可办学段", "年级段"),
    "yearly_cost": ("年运行经费", "年运行成本"),
    "cost_per_pupil": ("生均经费", "生均成本"),
    "opening_cost": ("建设投资", "新建成本"),
}
POINT_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "lon": ("lng", "long", "longitude", "经度", "經度", "东经"),
    "lat": ("latitude", "纬度", "緯度", "北纬"),
    "x": ("x坐标", "x坐標", "东坐标", "easting"),
    "y": ("y坐标", "y坐標", "北坐标", "northing"),
}
ATTENDANCE_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "village_id": VILLAGE_HEADERS["village_id"],
    "band": ("学段", "年级段"),
    "school_id": SCHOOL_HEADERS["school_id"],
    "pupils": VILLAGE_HEADERS["pupils"],
}
EXPANSION_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "school_id": (*SCHOOL_HEADERS["school_id"], "school", "学校"),
    "seats": (
        "added_seats",
        "more_seats",
        "新增学位",
        "新增学位数",
        "增加学位",
        "扩建学位",
        "学位",
        "学位数",
    ),
    "beds": ("added_beds", "more_beds", "新增床位", "新增床位数", "增加床位", "床位", "床位数"),
    "cost": ("one_off_cost", "投资", "总投资", "建设投资", "扩建投资", "扩建费用", "一次性投资"),
    "yearly_cost": ("年运行经费", "年运行成本", "新增年运行经费", "每年增加经费"),
}
TRAVEL_TIME_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "village_id": ("village", "origin", "行政村代码", "村编号", "村代码"),
    "school_id": ("school", "destination", "学校标识码", "学校编号", "学校代码"),
    "mode": ("方式", "出行方式"),
    "band": ("学段", "年级段"),
    "minutes": ("min", "time", "分钟", "时间"),
}
TOWNSHIP_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "name": (
        *VILLAGE_HEADERS["township"],
        "township",
        "township name",
        "名称",
        "行政区名称",
        "xzqmc",
        "shapename",
    ),
}

# Words in cells that mean an allowed value.
KIND_WORDS: Final[dict[str, Kind]] = {
    "center": "center", "centre": "center", "中心校": "center", "中心小学": "center",
    "primary": "primary", "小学": "primary", "完全小学": "primary", "完小": "primary",
    "teaching_point": "teaching_point", "教学点": "teaching_point",
    "candidate": "candidate", "候选": "candidate", "拟建": "candidate", "新建": "candidate",
}  # fmt: skip
DECISION_WORDS: Final[dict[str, Decision]] = {
    "free": "free", "可调整": "free", "待定": "free",
    "keep": "keep", "保留": "keep", "应留必留": "keep",
    "close": "close", "撤并": "close", "撤销": "close",
}  # fmt: skip
MODE_WORDS: Final[dict[str, Mode]] = {
    "walk": "walk", "foot": "walk", "步行": "walk",
    "bike": "bike", "bicycle": "bike", "骑行": "bike", "自行车": "bike",
    "bus": "bus", "校车": "bus", "公交": "bus",
    "car": "car", "drive": "car", "驾车": "car", "汽车": "car",
}  # fmt: skip

# Columns of what is written, in their order.
SCHOOLS_CSV: Final = (
    "school_id", "name", "action", "into", "enrollment_before", "enrollment_after", "seats",
    "boarders_after", "beds", "reason",
)  # fmt: skip
ASSIGNMENTS_CSV: Final = (
    "village_id", "band", "school_id", "how", "pupils", "minutes", "school_id_before",
    "minutes_before",
)  # fmt: skip
REPAIR_CSV: Final = (
    "remedy", "number", "what", "village_id", "band", "school_id", "name", "from", "to", "amount",
    "unit", "pupils", "sentence",
)  # fmt: skip
TRAVEL_TIMES_CSV: Final = ("village_id", "school_id", "mode", "minutes")
UNITS: Final = ("village_id", "band", "school_id", "pupils")


def pupils_column(band: str) -> str:
    """Return the name of the villages' column that holds the pupils of `band`."""
    return PUPILS_PREFIX + band
