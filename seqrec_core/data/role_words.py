"""Words that the names of columns are made of, by what they speak for: lower case, Latin letters without accents."""

ROLE_WORDS: dict[str, tuple[str, ...]] = {
    "user": (
        "user", "uid", "userid", "visitor", "customer", "client", "member", "household", "account", "cookie", "buyer",
        "person", "shopper", "subscriber", "reader", "listener", "player", "viewer", "student", "fullvisitor", "openid",
        "deviceid", "reviewer", "visitorid", "custid", "cust", "patient", "learner", "pupil", "guest", "rider", "passenger",
        "borrower", "recipient", "cardholder", "policyholder", "gamer", "follower", "participant", "who", "subjectid",
        "userpseudoid", "anonymousid", "distinctid", "domainuserid", "mcvisid", "msno", "idvisitor", "username",
        "caseconceptname", "userkey",
        "kunde", "kunden", "nutzer", "benutzer", "besucher", "teilnehmer", "mitglied", "kaufer", "leser", "horer", "spieler",
        "utilisateur", "utilisatrice", "visiteur", "acheteur", "abonne", "adherent", "lecteur", "usager",
        "usuario", "cliente", "visitante", "comprador", "miembro", "paciente", "utente", "visitatore",
        "用户", "用戶", "会员", "會員", "客户", "客戶", "顾客", "顧客", "买家", "買家", "访客", "訪客", "读者", "讀者", "学生",
        "學生", "学号", "學號", "账号", "帳號", "账户", "患者", "病人", "玩家", "听众", "使用者", "消费者", "卡号", "手机号",
        "ユーザー", "ユーザ", "会員", "お客様", "사용자", "회원", "고객", "유저",
    ),
    "item": (
        "item", "itemid", "product", "sku", "model", "stock", "article", "movie", "film", "song", "track", "video",
        "content", "goods", "good", "asin", "isbn", "aid", "iid", "book", "game", "course", "news", "path", "url", "uri",
        "page", "pid", "merchandise", "listing", "recipe", "artist", "procedure", "episode", "podcast", "album", "show",
        "series", "document", "doc", "post", "story", "ad", "campaign", "hotel", "restaurant", "venue", "poi", "treatment",
        "drug", "medication", "diagnosis", "exercise", "lesson", "material", "parentasin", "traid", "idactionurl", "ean",
        "gtin",
        "upc", "what", "object", "pagename", "pagelocation", "icdcode", "icd", "cpt", "merchant", "business",
        "artikel", "produkt", "ware", "waren", "lied", "buch", "seite", "kurs", "titelid",
        "produit", "chanson", "livre", "morceau", "cours",
        "producto", "articulo", "pelicula", "cancion", "libro", "pagina", "curso", "produto", "artigo", "filme",
        "prodotto", "articolo",
        "商品", "物品", "产品", "產品", "货品", "货号", "款号", "视频", "影片", "歌曲", "文章", "书籍", "图书", "电影", "电影",
        "内容", "页面", "頁面", "课程", "課程", "新闻", "宝贝", "商户", "品项", "项目", "药品", "手术", "诊断", "题目",
        "商品番号", "曲", "記事", "映画", "상품", "제품", "아이템", "영화", "노래", "기사",
    ),
    "event": (
        "event", "eventtype", "eventname", "action", "behavior", "behaviour", "activity", "interaction", "verb", "type",
        "operation", "kind", "conceptname", "actionname",
        "aktion", "ereignis", "aktivitat", "verhalten", "vorgang", "evenement", "accion", "evento", "acao", "azione",
        "actividad",
        "atividade", "tipoevento",
        "行为", "行為", "动作", "動作", "事件", "操作", "类型", "類型", "活动", "行動", "イベント", "アクション", "행동",
        "이벤트",
    ),
    "time": (
        "time", "timestamp", "ts", "date", "datetime", "at", "when", "day", "created", "occurred", "unixtime", "epoch",
        "tstamp",
        "tdat", "dt", "hittimegmt", "eventts", "timems", "start", "started", "checkin", "moment", "clock",
        "datum", "zeit", "zeitstempel", "zeitpunkt", "uhrzeit", "horodatage", "horodate", "heure", "fecha", "hora", "data",
        "ora",
        "marcatemporal", "instant",
        "时间", "時間", "日期", "时刻", "時刻", "时间戳", "日時", "日付", "タイムスタンプ", "일시", "날짜", "시간", "일자",
    ),
    "session": (
        "session", "sess", "visit", "basket", "invoice", "order", "transaction", "trip", "cart", "receipt", "ticket",
        "sid", "sessionid", "utrip", "encounter", "admission", "hadmid", "idvisit", "domainsessionid", "gasessionid",
        "sitzung", "bestellung", "bestell", "beleg", "bon", "rechnung", "warenkorb", "auftrag", "kassenbon",
        "commande", "panier", "facture", "pedido", "sesion", "factura", "cesta", "carrito", "sessao", "ordine", "sessione",
        "会话", "會話", "订单", "訂單", "购物篮", "小票", "就诊", "セッション", "注文", "세션", "주문",
    ),
    "order": (
        "order", "seq", "sequence", "step", "position", "index", "idx", "rank", "clickorder", "seqnum", "hitnumber",
        "addtocartorder", "timeframe", "reihenfolge", "schritt", "etape", "paso",
        "顺序", "順序", "序号", "步骤", "순서",
    ),
    "value": (
        "quantity", "qty", "rating", "score", "stars", "value", "amount", "units", "revenue", "playcount", "dwell",
        "duration", "amt", "overall", "msplayed", "menge", "anzahl", "bewertung", "betrag", "dauer",
        "quantite", "montant", "note", "duree", "cantidad", "importe", "valor", "quantidade", "quantita",
        "数量", "數量", "评分", "金额", "金額", "得分", "时长", "評価", "수량", "평점", "금액",
    ),
}  # fmt: skip
# Stand for a role only where no other word does.
LAST_RESORTS: dict[str, frozenset[str]] = {
    "user": frozenset((
        "device", "email", "mail", "case", "ip", "ccnum", "card", "uuid", "phone", "appinstance", "browserid",
        "clientip", "remoteaddr", "remotehost", "vehicle", "machine", "equipment", "employee", "sender", "owner", "设备",
        "设备号", "工号", "邮箱", "手机",
    )),
    "item": frozenset((
        "reference", "city", "screen", "zone", "station", "store", "shop", "brand", "category", "code", "service",
        "context", "request", "query", "location", "place", "link", "section", "channel", "department",
        "referenz", "kategorie", "地点", "店铺", "门店", "类目",
    )),
    "event": frozenset(("status", "state", "transition", "stage", "method", "状态")),
    "time": frozenset(),
    "session": frozenset(),
    "order": frozenset(),
    "value": frozenset(),
}  # fmt: skip
# Words that make a name say less of what it would say otherwise.
LESS: dict[str, frozenset[str]] = {
    "user": frozenset((
        "device", "network", "household", "account", "cookie", "session", "agent", "group", "segment", "seller", "name",
        "guest",
        "referring", "affected", "target", "parent", "original", "count", "type", "answer",
    )),
    "item": frozenset((
        "merchant", "business", "page", "url", "uri", "path", "ref", "referrer", "category", "parent", "previous", "hashed",
        "artist", "album", "show", "campaign", "ad", "dropoff", "group", "image", "icd", "version",
        "variant", "context", "material", "content", "course", "商户",
    )),
    "event": frozenset(("id", "count", "uuid", "time", "spent", "ref", "context", "version", "category", "label", "source",
    "device")),
    "time": frozenset((
        "received", "sent", "server", "upload", "uploaded", "collector", "etl", "load", "loaded", "ingest", "ingested",
        "processed",
        "updated", "update", "modified", "end", "ended", "stop", "finish", "finished", "delivered", "delivery", "shipped",
        "shipping", "fulfilled", "closed", "due", "return", "returned", "dropoff", "checkout", "birth", "dob", "expiry",
        "expires",
        "expiration", "registered", "registration", "signup", "joined", "last", "first", "previous", "prior", "session",
        "client",
        "dvce", "paid", "unix", "付款", "发货", "收货", "注册", "更新", "结束", "lieferdatum", "geburtsdatum", "livraison",
    )),
    "session": frozenset(("transaction", "trip", "ticket", "count", "number", "page", "length", "size", "start", "idx",
    "status")),
    "order": frozenset(),
    "value": frozenset(("gained", "total", "tax", "discount", "sub")),
}  # fmt: skip
# Last resorts for the item that may stand beside event types, where a log needs no item.
BESIDE_EVENTS = ("reference", "screen", "context", "request")
# Names that outweigh others of the same kind.
FOREMOST: dict[str, frozenset[str]] = {
    "user": frozenset(("user", "userid", "uid", "用户", "用户id", "用户编号")),
    "item": frozenset(("item", "itemid", "product", "productid", "商品", "商品id", "商品编号")),
    "event": frozenset(("event", "eventtype", "eventname")),
    "time": frozenset(("time", "timestamp", "eventtime", "eventtimestamp", "时间")),
    "session": frozenset(("session", "sessionid", "会话")),
    "order": frozenset(),
    "value": frozenset(),
}
ITEM_WORDS: dict[str, tuple[str, ...]] = {
    "title": ("title", "name", "producttype", "productname", "itemname", "artikelbezeichnung", "bezeichnung", "libelle",
    "titre",
              "标题", "標題", "名称", "名稱", "品名"),
    "category": ("category", "categoryname", "genre", "department", "section", "cat", "kategorie", "categorie", "categoria",
                 "类别",
                 "类目", "品类", "分类"),
    "tags": ("tags", "genres", "keywords", "labels", "标签"),
    "description": ("description", "desc", "text", "summary", "abstract", "details", "beschreibung", "descripcion", "描述",
                    "简介"),
    "price": ("price", "unitprice", "cost", "listprice", "preis", "einzelpreis", "prix", "precio", "preco", "prezzo", "价格",
              "单价"),
    "": ("brand", "colour", "color", "size", "material", "manufacturer", "author", "director", "publisher", "品牌", "颜色"),
}  # fmt: skip
# Properties of users, of places and of software: no ids of anything that a log is about.
PROPERTIES = frozenset((
    "country", "city", "region", "state", "zip", "zipcode", "postcode", "address", "latitude", "longitude", "lat", "lon", "lng",
    "platform", "os", "browser", "version", "agent", "useragent", "language", "locale", "referrer", "referer", "gender", "sex",
    "age", "birthday", "currency", "channel", "medium", "source", "campaign", "ip", "status", "flag", "cohort", "segment",
    "group",
    "variant", "origin", "component", "resource", "first", "last", "timezone", "offset", "firstname", "lastname", "agegroup",
    "geohash", "geo", "doctor", "clerk", "cashier", "operator", "branch", "warehouse", "store", "currency", "device", "screen",
    "phone", "tel", "telephone", "fax", "land", "ort", "stadt", "geschlecht", "alter", "filiale", "pays", "ville", "sexe",
    "pais", "ciudad", "edad",
    "国家", "城市", "地区", "省份", "性别", "年龄", "地址", "姓名", "渠道", "设备", "平台", "版本", "浏览器", "语言",
))  # fmt: skip
ID_WORDS = frozenset((
    "id", "ids", "no", "nr", "num", "number", "code", "key", "hash", "uuid", "guid", "n", "nummer", "numero", "identifiant",
    "identificador", "codigo", "ref", "编号", "編號", "号", "編码", "编码", "代码", "番号", "コード",
))  # fmt: skip
EVENT_MODIFIERS = frozenset((
    "event", "action", "behavior", "behaviour", "activity", "interaction", "行为", "行為", "事件", "操作", "活动",
))  # fmt: skip
# Exports whose names only mean something together: columns that have to be there → roles.
TOGETHER: tuple[tuple[frozenset[str], dict[str, str]], ...] = (
    (frozenset(("Email", "Name", "Lineitem sku", "Lineitem name")), {"user": "Email", "session": "Name", "item": "Lineitem sku"}),
)
