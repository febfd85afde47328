"""The encoding is found out, or a person is asked; nothing is garbled silently."""

import pytest

from seqrec_core.data.encodings import decode, detect
from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import BadInput, NeedsDecision
from seqrec_core.text import say

CHINESE = "用户;商品;行为\n张三;蓝色帐篷;浏览\n李四;睡袋;购买\n"
WESTERN = "user;item\nzoé;café crème\nmüller;größe 5 – “special” £3\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_in_each_encoding(encoding):
    found = decode(CHINESE.encode(encoding), None)
    assert found.encoding == encoding
    assert found.data.decode() == CHINESE


@pytest.mark.parametrize(("encoding", "name"), [("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")])
def test_utf16_without_a_mark(encoding, name):
    text = "user,item\n" + "anna,tent\n" * 20
    assert decode(text.encode(encoding), None).encoding == name
    assert decode(text.encode(encoding), None).data.decode() == text


def test_western_text():
    found = decode(WESTERN.encode("cp1252"), None)
    assert found.encoding == "cp1252"
    assert found.data.decode() == WESTERN


def test_two_encodings_in_one_file_are_read_line_by_line():
    lines = [f"u{n},caf\u00e9 – {n}" for n in range(20)]
    data = b"\n".join(line.encode("cp1252" if n % 2 else "utf-8") for n, line in enumerate(lines))
    found = decode(data, None)
    assert found.data.decode().split("\n") == lines
    assert [(fix.key, fix.n) for fix in found.fixes] == [("data.fix.two_encodings", 10)]


def test_a_little_damage_in_utf8_is_named_by_its_line():
    lines = [f"u{n},café" for n in range(200)]
    data = b"\n".join(line.encode() if n != 7 else b"u7,caf\xe9" for n, line in enumerate(lines))
    with pytest.raises(NeedsDecision) as asked:
        decode(data, None)
    (question,) = asked.value.questions
    assert "line 8" in question.message
    meant = dict(question.options)
    assert "café" in meant["utf-8+cp1252"]
    found = decode(data, None, "utf-8")
    assert (found.encoding, found.damaged) == ("utf-8", (8,))
    assert decode(data, None, "utf-8+cp1252").data.decode().split("\n") == lines


def test_what_fits_two_encodings_is_asked():
    data = "a,\u4e2d\nb,x".encode("gb18030") + b"\nc,\xe9a\nd,\xe9b\n"
    with pytest.raises(NeedsDecision) as asked:
        detect(data)
    question = asked.value.questions[0]
    assert question.code == "encoding"
    assert {option for option, _ in question.options} >= {"gb18030", "cp1252"}
    assert decode(data, None, "gb18030").encoding == "gb18030"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "電腦,滑鼠\n會員,鍵盤"),
        ("shift_jis", "テント,寝袋\nカメラ,田中"),
        ("cp1251", "Иван,палатка\nПётр,лодка"),
        ("koi8-r", "Иван,палатка\nПётр,лодка"),
    ],
)
def test_rarer_encodings_are_asked_about_and_the_one_that_reads_right_stands_first(encoding, text):
    with pytest.raises(NeedsDecision) as asked:
        decode(text.encode(encoding), None)
    assert asked.value.questions[0].options[0][0] == encoding
    assert decode(text.encode(encoding), None, encoding).data.decode() == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("euc-kr", "김철수,텐트\n이영희,침낭"),  # as frequent in Chinese as in Korean
        ("shift_jis", "田中,鈴木"),  # no kana
        ("cp1251", "ИВАН\nПАЛАТКА"),  # small letters in KOI8-R
        ("koi8-r", "палатка\nлодка"),
        ("cp1250", "łódź,książka\nźrebię"),
        ("cp1253", "σκηνή,βιβλίο"),
        ("cp1256", "خيمة,كتاب"),
        ("cp1253", "Αθήνα,Γιώργος"),  # like Cyrillic in its cases
        ("cp1250", "Dvořák,Tomáš\nJiří,křeslo"),
        ("cp1250", "árvíztűrő,tükörfúrógép"),
        ("cp1254", "Kadıköy,şişe\nağaç,çığ"),
        ("cp1257", "ąžuolas,šešėlis"),
        ("euc-jp", "田中,鈴木\n商品,購入"),  # as frequent in Chinese
    ],
)
def test_what_no_encoding_reads_right_alone_is_asked_and_any_can_be_the_answer(encoding, text):
    with pytest.raises(NeedsDecision) as asked:
        detect(text.encode(encoding))
    assert len(asked.value.questions[0].options) >= 2
    assert decode(text.encode(encoding), None, encoding).data.decode() == text


def test_a_wrong_or_unknown_encoding_is_refused():
    with pytest.raises(BadInput) as wrong:
        decode(CHINESE.encode("gb18030"), "ascii")
    assert wrong.value.code == "not_that_encoding"
    with pytest.raises(BadInput) as unknown:
        decode(b"a", "klingon")
    assert unknown.value.code == "unknown_encoding"


@pytest.mark.parametrize(
    ("encoding", "text", "words"),
    [
        ("cp1250", "Dvořák,Tomáš\nplain,x\nJiří,křeslo", {"Dvořák", "Jiří", "křeslo"}),
        ("euc-kr", "a,b\n사용자,상품", {"사용자", "상품"}),
        ("cp1253", "a,b\nσκηνή,βιβλίο", {"σκηνή", "βιβλίο"}),
        ("euc-jp", "田中,鈴木", {"田中", "鈴木"}),
        ("big5", "帳篷,睡袋\n會員,登山鞋", {"帳篷", "睡袋", "登山鞋"}),
    ],
)
def test_a_question_shows_the_words_that_differ_and_the_right_encoding_first(encoding, text, words):
    with pytest.raises(NeedsDecision) as asked:
        detect(text.encode(encoding))
    shown = dict(asked.value.questions[0].options)
    assert words <= set(shown[encoding].split(" · "))
    assert next(iter(shown)) == encoding or encoding.startswith("cp1250")
    assert len(set(shown.values())) == len(shown)


@pytest.mark.parametrize(
    "text",
    [
        "Größe,Müller\nKäse,Tür",
        "crème brûlée,à la façon\nforêt,pâté",
        "niño,camión\nárbol,corazón",
        "smörgås,fråga\nrød grøn,blå æble",
        "a,£3.50\nb,£5",
    ],
)
def test_western_words_are_read_without_a_question(text):
    assert decode(text.encode("cp1252"), None).data.decode() == text


def test_an_accent_as_the_last_byte_is_no_cut_character(tmp_path):
    rows = "".join(f"u{k % 5},i{k % 7},view,2024-05-01 08:{k:02}:00,x\n" for k in range(50))
    text = f"user_id,item_id,event_type,timestamp,note\n{rows}u1,i1,view,2024-05-02 08:00:00,café"
    path = tmp_path / "log.csv"
    path.write_bytes(text.encode("cp1252"))
    with pytest.raises(NeedsDecision) as asked:
        import_log(ImportRequest(path=path))
    assert asked.value.questions[0].options[0][0] == "cp1252"
    assert import_log(ImportRequest(path=path, answers={"encoding": "cp1252"})).report.rows_kept == 51
    path.write_bytes(text.replace("view", "vieẃ").encode()[:-1])  # elsewhere it is UTF-8: this one is cut off
    assert import_log(ImportRequest(path=path)).report.rejected == {say("data.reason.encoding"): 1}


TEXTS = {
    "cp1255": ("חולצה כחולה", "נעליים", "תיק גב שחור", "מעיל חורף", "ספר ילדים"),
    "cp1256": ("قميص أزرق", "حذاء رياضي", "حقيبة ظهر سوداء", "معطف شتوي", "كتاب الأطفال"),
    "cp874": ("เสื้อเชิ้ตสีน้ำเงิน", "รองเท้ากีฬา", "กระเป๋าเป้สีดำ", "เสื้อกันหนาว", "หนังสือเด็ก"),
    "cp1253": ("μπλε πουκάμισο", "αθλητικά παπούτσια", "μαύρη τσάντα", "χειμερινό παλτό", "παιδικό βιβλίο"),
    "cp1251": ("синяя рубашка", "спортивная обувь", "черный рюкзак", "зимнее пальто", "детская книга"),
    "koi8-r": ("синяя рубашка", "спортивная обувь", "черный рюкзак", "зимнее пальто", "детская книга"),
    "cp1254": ("mavi gömlek ışık", "spor ayakkabısı", "siyah sırt çantası", "kışlık şapka", "çocuk kitabı ğ"),
    "shift_jis": ("青いシャツ", "運動靴スニーカー", "黒いリュック", "冬のコート", "子供の本"),
    "euc-kr": ("파란 셔츠", "운동화", "검은 배낭", "겨울 코트", "어린이 책"),
    "big5": ("藍色襯衫", "運動鞋", "黑色背包", "冬季大衣", "兒童書籍"),
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_encodings_of_other_scripts_are_proposed_with_their_words(encoding):
    """Never taken unasked; the right one stands among the first two, and its words are shown."""
    rows = "".join(f"u{k % 5},{TEXTS[encoding][k % 5]},view,2024-05-01 08:{k % 60:02}:00\n" for k in range(100))
    with pytest.raises(NeedsDecision) as asked:
        detect(f"user_id,item_id,event_type,timestamp\n{rows}".encode(encoding))
    (question,) = asked.value.questions
    assert encoding in [code for code, _ in question.options[:2]]
    shown = dict(question.options)[encoding]
    assert any(word in shown for text in TEXTS[encoding] for word in text.split())
