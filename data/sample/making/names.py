"""Made-up Chinese names, put together from morphemes common in the mountains; all different."""

from __future__ import annotations

from itertools import product

import numpy as np

COUNTY = "云岭县"
TOWNSHIPS = (
    "城关镇", "石门乡", "白鹿镇", "双河镇", "青松乡", "云台镇", "柳林镇", "红崖乡",
    "马营镇", "三岔乡", "枣园镇", "高桥镇", "黑水乡", "松坪乡", "望月乡",
)  # fmt: skip
QUARTERS = ("城中", "东关", "西关", "南街", "北街", "新华", "河滨")
TOWN_SCHOOLS = (
    "城关镇中心小学",
    "东关小学",
    "西关小学",
    "第一小学",
    "第二小学",
    "实验小学",
    "河滨小学",
)

_FAMILIES = (
    "李王张刘陈杨赵周吴徐孙马胡郭何高罗郑梁谢宋唐许韩冯邓曹彭曾田董袁潘蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫"
    "孔向汤"
)
_LANDS = "坪湾沟坡梁坝庄河岭塬堡店咀峪台山川寨岔滩"
_FIRST = "大小上下前后东西南北青白黑红黄石金银花草双三"
_SECOND = "柳杨松桃杏枣槐梨榆竹龙虎马羊牛鹿鹰泉水井土沙岩石"


def village_names(rng: np.random.Generator, n_names: int) -> list[str]:
    """Return names such as 李家坪 and 青龙沟, without 村."""
    by_family = ["".join([family, "家", land]) for family, land in product(_FAMILIES, _LANDS)]
    by_nature = [
        "".join(parts) for parts in product(_FIRST, _SECOND, _LANDS) if parts[0] != parts[1]
    ]
    n_family = round(0.55 * n_names)
    picked = [
        *rng.choice(by_family, n_family, replace=False),
        *rng.choice(by_nature, n_names - n_family, replace=False),
    ]
    return [str(name) for name in rng.permutation(picked)]
