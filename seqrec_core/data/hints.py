"""What the name of a column hints at. A hint is a beginning: values decide (`guess.py`)."""

import re
from functools import cache

ROLE_WORDS: dict[str, tuple[str, ...]] = {
    "user": ("user", "uid", "userid", "visitor", "customer", "client", "member", "household", "account", "cookie", "buyer",
             "person", "shopper", "subscriber", "reader", "listener", "player", "viewer", "student", "fullvisitor", "openid",
             "deviceid", "reviewer", "visitorid", "custid",
             "cust", "用户", "会员", "客户", "顾客", "买家", "访客", "读者", "学生"),
    "item": ("item", "itemid", "product", "sku", "model", "stock", "article", "movie", "film", "song", "track", "video",
             "content", "goods", "good", "asin", "isbn", "aid", "iid", "book", "game", "course", "news", "path", "url", "uri",
             "page", "pid", "merchandise", "listing", "recipe", "artist", "商品", "物品", "产品", "货品", "货号", "款号",
             "视频", "歌曲", "文章", "书籍", "电影", "内容", "页面", "课程", "新闻", "宝贝"),
    "event": ("event", "eventtype", "eventname", "action", "behavior", "behaviour", "activity", "interaction", "verb", "type",
              "operation", "行为", "动作", "事件", "操作", "类型"),
    "time": ("time", "timestamp", "ts", "date", "datetime", "at", "when", "day", "created", "occurred", "unixtime", "epoch",
             "时间", "日期", "时刻", "时间戳"),
    "session": ("session", "sess", "visit", "basket", "invoice", "order", "transaction", "trip", "cart", "receipt", "ticket",
                "sid", "sessionid", "会话", "订单", "购物篮", "小票"),
    "order": ("order", "seq", "sequence", "step", "position", "index", "idx", "rank", "clickorder", "顺序", "序号", "步骤"),
    "value": ("quantity", "qty", "rating", "score", "stars", "value", "amount", "units", "revenue", "playcount", "dwell",
              "duration", "数量", "评分", "金额", "得分"),
}  # fmt: skip
ITEM_WORDS: dict[str, tuple[str, ...]] = {
    "title": ("title", "name", "producttype", "productname", "itemname", "标题", "名称", "品名"),
    "category": ("category", "categoryname", "genre", "department", "section", "cat", "类别", "类目", "品类", "分类"),
    "tags": ("tags", "genres", "keywords", "labels", "标签"),
    "description": ("description", "desc", "text", "summary", "abstract", "details", "描述", "简介"),
    "price": ("price", "unitprice", "cost", "listprice", "价格", "单价"),
    "": ("brand", "colour", "color", "size", "material", "manufacturer", "author", "director", "publisher", "品牌", "颜色"),
}  # fmt: skip
ID_WORDS = frozenset(
    {"id", "ids", "no", "nr", "num", "number", "code", "key", "hash", "uuid", "guid", "编号", "号", "编码", "代码"}
)
EVENT_MODIFIERS = frozenset({"event", "action", "behavior", "behaviour", "activity", "interaction", "行为", "事件"})
BARE = (("order",), ("transaction",))  # without an id word these count or say what happened
EXACT, HEAD, WORD = 0.6, 0.5, 0.15  # the whole name; its last word; any other word
CJK = re.compile(r"[\u4e00-\u9fff]")
ID_SUFFIX = re.compile(r"(编号|编码|代码|号|ID|id|Id)$")


@cache
def words_of(name: str) -> tuple[str, ...]:
    """Cut a column name into lower-case words: `CustomerID` → customer, id; `event_type` → event, type."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(word for word in re.split(r"[^0-9a-zA-Z\u4e00-\u9fff]+", spaced.lower()) if word)


def hint(name: str, role: str) -> float:
    """Return how strongly a column name speaks for a role, in 0…0.6."""
    return _strength(name, ROLE_WORDS[role], role)


def item_hint(name: str, part: str) -> float:
    """Return how strongly a column name speaks for a part of the item catalogue, in 0…0.6."""
    return _strength(name, ITEM_WORDS[part], part)


def is_hinted(name: str) -> bool:
    """Whether a cell reads like a column name that is known here."""
    return any(hint(name, role) >= HEAD for role in ROLE_WORDS) or any(item_hint(name, part) >= HEAD for part in ITEM_WORDS)


def _strength(name: str, known: tuple[str, ...], role: str) -> float:
    if len(name) > 60:
        return 0.0
    if CJK.search(name):
        return _chinese(name, known)
    words = words_of(name)
    plain = [word for word in words if word not in ID_WORDS]
    if role == "order" and len(plain) < len(words) and "number" not in words:
        return 0.0  # `order_id` names an order; `order` and `order_number` count
    if "".join(words) in known and not (role == "session" and words in BARE):
        return EXACT
    if not any(word in known for word in plain):
        return 0.0
    return _by_head(words, plain, known, role)


def _by_head(words: tuple[str, ...], plain: list[str], known: tuple[str, ...], role: str) -> float:
    """Weigh a name by its last word: that is what it names; the words before it only say which."""
    if plain[-1] not in known or (role == "session" and words in BARE):
        return WORD
    if role == "event" and plain[-1] == "type" and len(plain) > 1 and not EVENT_MODIFIERS & set(plain):
        return WORD
    return EXACT if len(plain) == 1 else HEAD


def _chinese(name: str, known: tuple[str, ...]) -> float:
    plain = ID_SUFFIX.sub("", name.strip("_ "))
    if plain in known:
        return EXACT
    return HEAD if any(plain.endswith(word) for word in known if CJK.search(word)) else 0.0
