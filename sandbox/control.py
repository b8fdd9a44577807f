"""The control of the sandbox: what tests read the truth from and order misbehaviour with."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox import effects, generator, ledger, neighbour_control, postbox, truth
from sandbox.differences import control as differences
from sandbox.faults import BadFault, Fault, mixture
from sandbox.links import zuora_account
from sandbox.seed import Seed
from sandbox.settings import BadSetting

if TYPE_CHECKING:
    from sandbox.context import Sandbox

blueprint = Blueprint("control", __name__)
LOG_FILTERS = ("origin", "system", "model", "record_id", "action", "actor", "request_id")
BAD_INPUT = (BadFault, BadSetting, generator.BadOrder, TypeError, ValueError, KeyError, re.error)
GLANCE = 0.01


def create_app(sandbox: Sandbox) -> Flask:
    """The application that is mounted at /_sandbox."""
    app = Flask("sandbox.control")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["sandbox"] = sandbox
    app.register_blueprint(blueprint)
    app.register_blueprint(postbox.blueprint)
    app.register_blueprint(neighbour_control.blueprint)
    app.register_blueprint(differences.blueprint)
    for kind in BAD_INPUT:
        app.register_error_handler(kind, _bad_input)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _sandbox() -> Sandbox:
    found: Sandbox = current_app.extensions["sandbox"]
    return found


def _body() -> dict[str, Any]:
    """The JSON object that was sent; what is sent but not that is a mistake, not an empty order."""
    if not request.get_data():
        return {}
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise TypeError("the body is a JSON object, sent as application/json")
    return body


def _bad_input(error: Exception) -> tuple[Response, int]:
    return jsonify(error=str(error)), 400


def _http_error(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code or 500


@blueprint.get("/writes")
def writes() -> Response:
    """The write log, oldest first."""
    tests: dict[str, Any] = {
        name: request.args[name] for name in LOG_FILTERS if name in request.args
    }
    with _sandbox().reading() as db:
        if "account" in request.args:
            account = zuora_account(db, request.args["account"])
            tests["zuora_account_id"] = account["id"] if account else request.args["account"]
        return jsonify(ledger.entries(db, tests, request.args.get("since_seq", 0, type=int)))


@blueprint.get("/accounts/<key>")
def account(key: str) -> Response:
    """Both systems' truth about an account, by Zuora number or id."""
    with _sandbox().reading() as db:
        found = zuora_account(db, key)
        if found is None:
            abort(404, f"no account {key}")
        return jsonify(truth.of_account(db, found))


@blueprint.post("/accounts")
def grow() -> Response:
    """Fresh accounts, as ordered."""
    order = generator.Order.of(_body())
    with _sandbox().store.writing() as db:
        return jsonify(generator.deliver(db, order))


@blueprint.post("/reset")
def reset() -> Response:
    """Back to the state of the first start; `{"seed": null}` leaves the world empty."""
    body = _body()
    seed = Seed.of(body) if body.get("seed") else None if "seed" in body else _sandbox().seed
    began = time.monotonic()
    _sandbox().reset(seed)
    return jsonify(ok=True, seconds=round(time.monotonic() - began, 3))


@blueprint.get("/traits")
def traits() -> Response:
    """What the population has, and how many accounts have it."""
    with _sandbox().reading() as db:
        sql = "SELECT name, count(*) FROM trait GROUP BY name ORDER BY name"
        return jsonify(dict(db.execute(sql).fetchall()))


@blueprint.get("/traits/<name>")
def with_trait(name: str) -> Response:
    """The numbers of accounts with a trait, at most `limit` (100) of them."""
    limit = request.args.get("limit", 100, type=int)
    with _sandbox().reading() as db:
        sql = "SELECT number FROM trait WHERE name = ? ORDER BY number LIMIT ?"
        return jsonify([number for (number,) in db.execute(sql, (name, limit))])


@blueprint.get("/settings")
def settings() -> Response:
    """All settings."""
    return jsonify(vars(_sandbox().settings))


@blueprint.put("/settings")
def change_settings() -> Response:
    """Change the settings that are sent."""
    sandbox = _sandbox()
    with sandbox.store.writing() as db:
        sandbox.settings.change(_body())
        sandbox.settings.save(db)
    return settings()


@blueprint.get("/effects")
def waiting() -> Response:
    """Side effects that wait, and failed ones. `wait=SECONDS` answers once none waits, or then."""
    deadline = time.monotonic() + request.args.get("wait", 0.0, type=float)
    while True:
        with _sandbox().reading() as db:
            pending = effects.waiting(db)
            failed = effects.waiting(db, "failed")
        if not pending or time.monotonic() >= deadline:
            return jsonify(pending=len(pending), effects=pending, failed=failed)
        time.sleep(GLANCE)


@blueprint.post("/effects/run")
def run_effects() -> Response:
    """Run everything that waits now, whatever its due time, and what follows from it."""
    return jsonify(ran=_sandbox().runner.run_all())


@blueprint.get("/faults")
def faults() -> Response:
    """All faults in force, with their hits and what they hold."""
    return jsonify([one.report() for one in _sandbox().faults.all()])


@blueprint.post("/faults")
def add_fault() -> Response:
    """Put a fault in force."""
    return jsonify(_sandbox().faults.add(Fault.of(_body())).report())


@blueprint.post("/faults/mixture")
def add_mixture() -> Response:
    """Put faults of many sorts in force, which together strike a share of the requests."""
    body = {"share": 0.01, "number": 1} | _body()
    found = mixture(float(body.pop("share")), int(body.pop("number")), body)
    return jsonify([_sandbox().faults.add(one).report() for one in found])


@blueprint.delete("/faults")
def clear_faults() -> Response:
    """Take all faults back; held requests are dropped."""
    _sandbox().faults.clear()
    return jsonify(ok=True)


@blueprint.get("/faults/<int:fault_id>")
def one_fault(fault_id: int) -> Response:
    """One fault."""
    return jsonify(_fault(fault_id).report())


@blueprint.delete("/faults/<int:fault_id>")
def remove_fault(fault_id: int) -> Response:
    """Take one fault back; held requests are dropped."""
    _sandbox().faults.remove(_fault(fault_id).id)
    return jsonify(ok=True)


@blueprint.post("/faults/<int:fault_id>/release")
def release(fault_id: int) -> Response:
    """Let the requests a fault holds go on; the fault itself stays."""
    return jsonify(released=_sandbox().faults.release(_fault(fault_id)))


def _fault(fault_id: int) -> Fault:
    found = _sandbox().faults.get(fault_id)
    if found is None:
        abort(404, f"no fault {fault_id}")
    return found
