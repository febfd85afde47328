"""What a person says about a file is checked when it is said."""

import pytest
from pydantic import ValidationError

from seqrec_core.data.mapping import ReadOptions
from seqrec_core.errors import BadInput


def test_nothing_is_said_by_default():
    assert ReadOptions().model_dump(exclude_none=True) == {}


def test_a_time_zone_is_one_that_is_known():
    assert ReadOptions(time_zone="Asia/Shanghai").time_zone == "Asia/Shanghai"
    with pytest.raises(BadInput) as error:
        ReadOptions(time_zone="Europe/Atlantis")
    assert error.value.code == "unknown_time_zone"


@pytest.mark.parametrize("option", [{"quote": "x"}, {"escape": "slash"}, {"skip_lines": -1}, {"delimiter": ""}])
def test_what_makes_no_sense_is_refused(option):
    with pytest.raises(ValidationError):
        ReadOptions(**option)
