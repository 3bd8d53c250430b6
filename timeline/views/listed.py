"""The structured data of lists."""

from collections.abc import Iterable

from django.http import HttpRequest

from timeline import linked_data
from timeline.linked_data import Node
from timeline.models import Record


def list_data(request: HttpRequest, name: str, records: Iterable[Record]) -> Node:
    """Of the page of the list that was asked for."""
    return linked_data.list_page(linked_data.canonical(request), name, linked_data.entries_of(records))
