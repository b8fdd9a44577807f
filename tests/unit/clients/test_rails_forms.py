"""Forms, read as a browser would send them."""

from clients.rails_forms import Form, parse_form

PATH = "/base/admin/customer/7/edit"


def form(controls: str, around: str = "") -> Form:
    found = parse_form(
        f"<head><meta name='csrf-token' content='global'></head>{around}"
        f"<form action='/base/admin/customer'><input name='query' value='x'></form>"
        f"<form action='{PATH}?return_to=%2F' method='post'>{controls}</form>",
        PATH,
        "customer",
    )
    assert found is not None
    return found


def test_the_form_for_the_path_is_taken() -> None:
    """Other forms on the page, such as the search, do not count."""
    assert form("<input name='customer[email]' value='a'>").fields == {"email": "a"}
    assert parse_form("<form action='/other' method='post'></form>", PATH, "customer") is None


def test_method_and_token() -> None:
    """The hidden method and the form's own token win over the form tag and the page's token."""
    own = form("<input name='_method' value='put'><input name='authenticity_token' value='own'>")
    assert (own.method, own.token) == ("put", "own")
    bare = form("")
    assert (bare.method, bare.token) == ("post", "global")


def test_a_box_with_its_hidden_zero() -> None:
    """A ticked box is 1, one that is not ticked is the hidden 0."""
    hidden = "<input type='hidden' name='customer[on]' value='0'>"
    box = "<input type='checkbox' name='customer[on]' value='1'{}>"
    assert form(hidden + box.format(" checked")).fields == {"on": "1"}
    assert form(hidden + box.format("")).fields == {"on": "0"}


def test_a_box_without_a_hidden_zero() -> None:
    """A bare box that is not ticked exists but sends nothing."""
    assert form("<input type='checkbox' name='customer[on]' value='1'>").fields == {"on": None}
    assert form("<input type='checkbox' name='customer[on]' checked>").fields == {"on": "on"}


def test_radio_buttons() -> None:
    """Of several with one name the chosen one counts, wherever it stands."""
    one, two = (
        "<input type='radio' name='customer[on]' value='{}'{}>".format(v, "{}") for v in "10"
    )
    assert form(one.format(" checked") + two.format("")).fields == {"on": "1"}
    assert form(one.format("") + two.format(" checked")).fields == {"on": "0"}


def test_selects() -> None:
    """The chosen option, else the first one; text stands in for a missing value."""

    def select(options: str) -> Form:
        return form(f"<select name='customer[country]'>{options}</select>")

    assert select("<option value=''><option value='2' selected>b").fields == {"country": "2"}
    assert select("<option value='1'>a<option value='2'>b").fields == {"country": "1"}
    assert select("<option>a</option>").fields == {"country": "a"}
    assert select("").fields == {"country": None}


def test_text_comes_back_intact() -> None:
    """Entities are resolved, and only the newline that HTML swallows is dropped."""
    fields = form(
        "<textarea name='customer[notes]'>\n\nz&lt;b&gt; &amp;</textarea>"
        "<input name='customer[last_name]' value='O&#39;Brien &lt;x&gt; 漢'>"
    ).fields
    assert fields == {"notes": "\nz<b> &", "last_name": "O'Brien <x> 漢"}


def test_what_is_never_sent() -> None:
    """Passwords, buttons, files, disabled controls, other models and lists are left alone."""
    fields = form(
        "<input type='password' name='customer[password]' value='p'>"
        "<input name='customer[old]' value='1' disabled>"
        "<input name='other[email]' value='1'><input name='customer[orders][]' value='1'>"
        "<button name='_continue' value='1'>Cancel</button><input value='nameless'>"
    ).fields
    assert fields == {"password": None}


def test_the_banner_is_no_flash() -> None:
    """What can be closed is a flash about some other request; the banner can't be."""
    flash = "<div class='alert alert-success alert-dismissible'>sold to<button></button></div>"
    banner = "<div class='alert alert-info'>This is the <b>bill to</b> contact</div>"
    assert form("", flash + banner).banner == "This is the bill to contact"


def test_no_values_are_printed() -> None:
    """A form holds names and addresses; its printed form does not."""
    assert "ada" not in repr(form("<input name='customer[email]' value='ada@x.example'>"))
