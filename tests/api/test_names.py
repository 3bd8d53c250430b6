from timeline.api import names
from timeline.api.operations import operations
from timeline.api.urls import urlpatterns


def test_the_names_that_stand_before_ninja_is_imported_are_those_of_the_operations():
    assert list(names.paths()) == [operation.name for operation in operations()]


def test_each_operation_has_its_address():
    addresses = {pattern.name: str(pattern.pattern) for pattern in urlpatterns}

    for operation in operations():
        address = operation.path.replace("{", "<").replace("}", ">")
        assert addresses[f"api-{operation.name}"] == f"{names.PREFIX}/{address}"
