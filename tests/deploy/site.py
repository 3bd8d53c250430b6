"""A small site, filled by `python -m tests.deploy.site` in the environment of a unit."""

import os

import django

PASSWORD = "a good long pass phrase"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")
    django.setup()
    from tests import make

    agreement = make.agreement(ordinal=12, slug="sma-12", name="12th Agreement", status="in_force")
    place, speaker, source = make.place(slug="honolulu", name="Honolulu"), make.official(), make.source()
    round = make.round(agreement=agreement, place=place, slug="sma-12-round-1")
    said = make.statement(made_at_round=round, speaker=speaker, attribution="", agreement=agreement)
    for record in [agreement, round, said, speaker]:
        make.citation(record, source=source)
    user = make.user("Contributor", name="hana")
    user.set_password(PASSWORD)
    user.save()


if __name__ == "__main__":
    main()
