"""Column types of our own: dates as EDTF with their bounds beside them, and text in the order of its bytes."""

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _

from timeline import dates

if TYPE_CHECKING:  # the stubs know these as generic, Django itself does not
    CharField = models.CharField[str, str]
    TextField = models.TextField[str, str]
else:
    CharField = models.CharField
    TextField = models.TextField

CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is misread: no 0 o, 1 i l
CODE_LENGTH = 8

validate_slug = RegexValidator(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", _("Use small letters a to z, digits and single hyphens, such as sma-12-round-2.")
)
validate_code = RegexValidator(r"\A[a-z0-9]{4,16}\Z", _("A code is 4 to 16 small letters and digits."))


def new_code() -> str:
    """A short random string that names a record or a part for ever, whatever its slug becomes."""
    return "".join(secrets.choice(CODE_ALPHABET) for _each in range(CODE_LENGTH))


def validate_edtf(value: str) -> None:
    try:
        dates.parse(value)
    except dates.DateError as error:
        raise ValidationError(str(error), code="edtf") from error


def validate_no_nul(value: str) -> None:
    """PostgreSQL refuses NUL in text and SQLite keeps it: refuse it on both, in words."""
    if "\x00" in value:
        raise ValidationError(_("The text has a NUL character in it: delete it and type the passage anew."), code="nul")


def validate_strings(value: object) -> None:
    if not isinstance(value, list) or not all(
        isinstance(each, str) and each.strip() and "\x00" not in each for each in value
    ):
        raise ValidationError(_('Give a list of texts, such as ["Choi Sun"].'))


def validate_days(value: object) -> None:
    validate_strings(value)
    for each in value if isinstance(value, list) else ():
        validate_edtf(each)


class ByteOrderedCharField(CharField):
    """Text that both databases sort by its bytes, whatever the locale of the server."""

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class ProseField(TextField):
    """Text by people, with a bound that holds for every way to write; that of Django's own holds in forms alone."""

    def __init__(self, *args: Any, max_length: int = 5_000, **kwargs: Any) -> None:
        kwargs["max_length"] = max_length
        super().__init__(*args, **kwargs)
        self._bounds = [MaxLengthValidator(max_length), validate_no_nul]

    @property
    def validators(self) -> list[Any]:
        return [*super().validators, *self._bounds]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["max_length"] = self.max_length
        return name, path, args, kwargs


class EdtfField(CharField):
    """One EDTF string. The columns named by `first` and `last` get its bounds on every save, raw ones included."""

    def __init__(self, *args: Any, first: str = "", last: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", dates.LONGEST)
        super().__init__(*args, **kwargs)
        self.first, self.last = first, last
        self.validators = [*self.validators, validate_edtf]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs |= {"first": self.first, "last": self.last} if self.first or self.last else {}
        kwargs.pop("validators", None)
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract and (self.first or self.last):
            pre_save.connect(self._before_save, sender=cls)

    def _before_save(self, instance: models.Model, **kwargs: Any) -> None:
        self.derive(instance)

    def derive(self, instance: models.Model) -> None:
        """Set the bounds from the string; `DateError` (a ValueError) when it is no date."""
        text = getattr(instance, self.attname)
        date = dates.parse(str(text)) if text else None
        day: dt.date | None
        if self.first:
            day = date.first_day if date else None
            setattr(instance, self.first, day)
        if self.last:
            day = date.last_day if date else None
            setattr(instance, self.last, day)
