"""What schemathesis should make up, and what not."""
import schemathesis
from hypothesis import strategies

# Files are text here. Of bytes, 4.32.5 makes a type that its own validator refuses ("Unsupported type: 'Binary'"), which ends a
# run; files of arbitrary bytes are what the parsers' own tests are for.
schemathesis.openapi.format("binary", strategies.text())


@schemathesis.hook
def filter_case(context, case):
    """In a form every value is text: a list of one number cannot be told from the number, nor an empty one from nothing."""
    if case.media_type != "multipart/form-data" or not isinstance(case.body, dict):
        return True
    return not any(isinstance(value, list) for value in case.body.values())
