"""Presets: settings that suit most logs, and single settings that win over them. Loads no torch."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from seqrec_core.errors import BadInput
from seqrec_core.models.config import ModelConfig
from seqrec_core.models.registry import model_spec
from seqrec_core.text import duration, say
from seqrec_core.training.options import TrainOptions
from seqrec_core.training.tuning import WIDE, LogSize, tuned

Made = TypeVar("Made", bound=BaseModel)

# Most seconds, then settings of options and of networks. The budget is a ceiling: where the epochs are done earlier, the
# fit ends earlier and can be repeated to the last bit.
LIMITS = {"quick": 45.0, "balanced": 180.0, "thorough": 900.0}
OPTIONS: dict[str, dict[str, object]] = {
    "quick": {"epochs": 10, "learning_rate": 1e-2, "patience": 3},
    "balanced": {"epochs": 20, "learning_rate": 6e-3, "patience": 5, "valid_users": 5_000},
    "thorough": {"epochs": 60, "learning_rate": 4e-3, "patience": 8, "valid_users": 10_000},
}
NETWORKS: dict[str, dict[str, object]] = {
    "quick": {"width": 64, "dropout": 0.2},
    "balanced": {"width": 128, "dropout": 0.4},
    "thorough": {"width": 128, "dropout": 0.4, "length": 100},
}


def plan(
    model: str,
    preset: str,
    overrides: dict[str, str] | None = None,
    budget: float | None = None,
    seed: int = 0,
    size: LogSize | None = None,
) -> tuple[ModelConfig, TrainOptions]:
    """Return the settings of a model and of its fit.

    Args:
        model: registered name.
        preset: quick, balanced or thorough.
        overrides: single settings by name, as typed (`width=32`), of the model or of the options; they win.
        budget: seconds for the best that they can give; wins over the preset's limit. Where the log's size is known, it
            decides epochs, width and noise too, and not the preset.
        seed: of the fit.
        size: of the log. Without it the preset's settings are taken as they stand; with it the noise suits the log, and
            beyond WIDE items, where the table is most of the network, its width stays at 64.

    Raises:
        NotFound: no such model.
        BadInput: no such preset or setting, or a value that cannot be used.
    """
    spec = model_spec(model)
    if preset not in LIMITS:
        raise BadInput("training", "unknown_preset", found=preset, known=", ".join(LIMITS))
    is_network = spec.learns == "gradients"
    seconds = LIMITS[preset] if budget is None else budget
    wanted = dict(NETWORKS[preset])
    options: dict[str, object] = {**OPTIONS[preset], "seconds": seconds, "seed": seed}
    if budget is not None:
        options["epochs"] = max(1, round(float(str(options["epochs"])) * max(1.0, budget / LIMITS[preset])))
    if size is not None and is_network:
        _suit(size, seconds, wanted, options, is_whole=budget is not None)
    settings = {name: value for name, value in wanted.items() if is_network and name in spec.config.model_fields}
    for name, value in (overrides or {}).items():
        _side(model, spec.config, name, settings, options)[name] = _none(value)
    return _made(model, spec.config, settings), _made(model, TrainOptions, options)


def _suit(size: LogSize, seconds: float, wanted: dict[str, object], options: dict[str, object], *, is_whole: bool) -> None:
    """Put what suits the log in place of what the preset says: all of it for a typed budget, else what guards quality."""
    best = tuned(size, seconds)
    wanted["dropout"] = best.dropout
    wanted["width"] = best.width if is_whole else min(best.width, int(str(wanted["width"])))
    if size.items > WIDE:
        wanted["width"] = 64
    options |= {"learning_rate": best.learning_rate, "weight_decay": best.weight_decay}
    if is_whole:
        options |= {"epochs": best.epochs, "patience": best.patience}


def preset_title(preset: str) -> str:
    """Return the name of a preset for people."""
    return say(f"training.preset.{preset}")


def preset_about(preset: str) -> str:
    """Return one sentence that says what a preset takes and gives."""
    return say(f"training.about.{preset}", limit=duration(LIMITS[preset]))


def setting_names(model: str) -> list[str]:
    """Return the names that `overrides` may hold for this model, in order."""
    return [name for name in (*model_spec(model).config.model_fields, *TrainOptions.model_fields) if name != "name"]


def _side(
    model: str, config: type[ModelConfig], name: str, settings: dict[str, object], options: dict[str, object]
) -> dict[str, object]:
    """Where a setting belongs: to the model or to the options."""
    if name not in setting_names(model):
        known = setting_names(model)
        raise BadInput("training", "unknown_setting", model=model, found=name, known=", ".join(known), example=f"{known[0]}=…")
    return settings if name in config.model_fields else options


def _none(value: str) -> str | None:
    return None if value.strip().lower() in ("none", "") else value


def _made(model: str, kind: type[Made], values: dict[str, object]) -> Made:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        setting = str(first["loc"][0]) if first["loc"] else "?"
        known = ", ".join(setting_names(model))
        raise BadInput(
            "training", "bad_setting", setting=setting, found=values.get(setting), problem=first["msg"], model=model, known=known
        ) from error
