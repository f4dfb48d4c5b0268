"""Every public exception of PyHelm, in one tree.

A message says what was being done, on what, and what to do next; Helm's own words where Helm has
them, because people search the web for them. Secrets never appear in one.

    PyHelmError
    ├── UsageError               options that contradict each other, or arguments that are missing
    ├── YAMLError                text that is not the YAML it should be (file, line, column)
    ├── ChartError               a chart that can't be loaded, or is invalid
    │   ├── ArchiveError         an archive that is broken, or would write where it must not
    │   └── DependencyError      dependencies missing, out of date or unresolvable
    ├── ValuesError              a values file or --set that can't be read
    │   └── SchemaError          values that break the chart's values.schema.json
    ├── RenderError              a template that fails (template, line, column, source line)
    │   └── BudgetError          a template that takes too many steps, or too much memory or output
    ├── RepositoryError          repositories.yaml, an index, a download
    │   ├── ChartNotFound        no such chart or version in the repository
    │   ├── DigestError          bytes that are not those that the index promised
    │   ├── RegistryError        an OCI registry that refuses, or does not answer as it should
    │   │   ├── NotThere         no such repository, tag or blob
    │   │   └── BrokenOff        a connection that could not be made, or broke
    │   │       └── CutShort     a body that ended before its time
    │   └── ProvenanceError      a signature that is missing, wrong or by nobody known; a key
    ├── ClusterError             talking to Kubernetes
    │   ├── ClusterUnreachable   no answer, or no cluster configured
    │   ├── CredentialsError     kubeconfig or credentials that can't be used
    │   └── APIError             the API server said no: its Status, its words
    │       ├── NotFound  AlreadyExists  Conflict  Forbidden  Unauthorized  Invalid  Gone
    ├── PluginError              a plugin that can't be loaded or run, or that failed
    ├── StorageError             a release record that can't be read or written
    ├── ReleaseError             a release operation that can't go on
    │   ├── ReleaseNotFound      release: not found
    │   │   └── NoDeployedRelease    none of its revisions is deployed
    │   ├── ReleaseExists        cannot reuse a name that is still in use
    │   ├── OperationInProgress  another operation (install/upgrade/rollback) is in progress
    │   │   └── PerhapsInProgress    nobody can say whether it is
    │   ├── OwnershipError       objects that belong to someone else, all of them
    │   └── OperationFailed      an install, upgrade, rollback or uninstall that failed half-way
    │       ├── ManifestError    an object that no server takes, before anything was recorded
    │       ├── PartlyApplied    objects that the server refused
    │       ├── HookFailed       a hook that failed
    │       └── TestsFailed      a test that failed, with all tests' results
    ├── WaitError                objects that did not become ready, each with its reason
    └── SimulatorError           starting, stopping or reaching the simulator
"""

from __future__ import annotations

from pyhelm._typing import Any, Mapping


class PyHelmError(Exception):
    """Base of all errors that PyHelm raises on purpose."""


class UsageError(PyHelmError):
    """Options that contradict each other, or arguments that are missing."""


class YAMLError(PyHelmError):
    """Text that is not the YAML it should be.

    `source` is the file's name, `line` and `column` count from 1; each is empty or 0 if unknown.
    `problem` is go-yaml's text without the position, `go` its whole message as Helm quotes it
    (`yaml: line 3: …`, whose line is sometimes one too small).
    """

    def __init__(
        self,
        problem: str,
        *,
        source: str = "",
        line: int = 0,
        column: int = 0,
        hint: str = "",
        go: str = "",
    ) -> None:
        self.problem = problem
        self.go = go or f"yaml: {problem}"
        self.source = source
        self.line = line
        self.column = column
        self.hint = hint
        super().__init__(self._text())

    def _text(self) -> str:
        where = self.source or "YAML"
        if self.line:
            where += f":{self.line}"
            where += f":{self.column}" if self.column else ""
        return f"{where}: {self.problem}" + (f"; {self.hint}" if self.hint else "")


class ChartError(PyHelmError):
    """A chart that can't be loaded, or is invalid."""


class ArchiveError(ChartError):
    """An archive that is broken, too large, or would write where it must not."""


class DependencyError(ChartError):
    """Dependencies that are missing, out of date or unresolvable."""


class ValuesError(PyHelmError):
    """A values file or `--set` that can't be read or merged."""


class SchemaError(ValuesError):
    """Values that break a values.schema.json; `violations` maps a chart's name to its faults.

    `places` has, in lines, the schemas' names and where the values were set that they refuse. Where
    a chart is Jinja they are the `explanation`; where other programs may read what Helm says of a
    chart, they are an `excerpt` for a person at a terminal.
    """

    def __init__(
        self,
        message: str,
        violations: Mapping[str, tuple[str, ...]] | None = None,
        places: tuple[str, ...] = (),
        *,
        is_jinja: bool = False,
    ) -> None:
        self.violations = dict(violations or {})
        self.places = places
        self.explanation = places if is_jinja else ()
        self.excerpt = "" if is_jinja else "\n".join(places)
        super().__init__(message)


class RenderError(PyHelmError):
    """A template that fails.

    `template` is the path that Helm prints (`mysql/templates/svc.yaml`), `line` and `column`
    count from 1 (0: unknown), `source_line` is that line as written, `problem` the bare reason.
    `excerpt` shows the place to a person at a terminal; it is no part of the message. `rendered`
    is the text of all templates, where that text is no valid YAML; of a Jinja chart (`is_jinja`),
    whose message says all that there is to say, the document at fault alone. `document` is that
    document, and `plain` says without Go's words what is wrong with it, or with its `field`.
    """

    rendered = ""
    document = ""
    plain = ""
    field: tuple[str, ...] = ()
    is_jinja = False

    def __init__(
        self,
        message: str,
        *,
        problem: str = "",
        template: str = "",
        line: int = 0,
        column: int = 0,
        source_line: str = "",
        excerpt: str = "",
    ) -> None:
        self.excerpt = excerpt
        self.problem = problem or message
        self.template = template
        self.line = line
        self.column = column
        self.source_line = source_line
        super().__init__(message)


class BudgetError(RenderError):
    """A template that takes too many steps, or makes too much memory or output."""


class RepositoryError(PyHelmError):
    """A repository, its index or a download from it."""


class ChartNotFound(RepositoryError):
    """No such chart, or no version of it that fits, in the repository."""


class DigestError(RepositoryError):
    """Bytes that are not those that the index or the lock promised."""


class RegistryError(RepositoryError):
    """An OCI registry that refuses, can't be reached, or does not answer as it should."""


class NotThere(RegistryError):
    """404: no such repository, tag or blob in a registry."""


class BrokenOff(RegistryError):
    """A connection that could not be made, or ended before its time: trying again may help."""


class CutShort(BrokenOff):
    """A body that ended before its time: what came of it is good."""


class ProvenanceError(RepositoryError):
    """A provenance file that is missing or does not vouch for an archive, or a key for one."""


class ClusterError(PyHelmError):
    """Talking to Kubernetes failed."""


class ClusterUnreachable(ClusterError):
    """The API server did not answer, or no cluster is configured.

    `passing` says that another try may help, `sent` that the server may have got the request.
    """

    def __init__(self, message: str, *, passing: bool = False, sent: bool = False) -> None:
        self.passing = passing
        self.sent = sent
        super().__init__(message)


class CredentialsError(ClusterError):
    """A kubeconfig or credentials that can't be used."""


class APIError(ClusterError):
    """The API server refused a request.

    `status` is its `metav1.Status` as a dict (`code`, `reason`, `message`, `details`); the
    error's text is the server's message. `repeated` says that an earlier try of the same request
    had no answer, so that what is in its way may be its own work.
    """

    repeated = False

    def __init__(self, status: Mapping[str, Any]) -> None:
        self.status = dict(status)
        super().__init__(str(status.get("message") or status.get("reason") or "unknown error"))

    @property
    def code(self) -> int:
        """The HTTP status code."""
        return int(self.status.get("code") or 0)

    @property
    def reason(self) -> str:
        """The machine-readable reason, such as `AlreadyExists`."""
        return str(self.status.get("reason") or "")


class NotFound(APIError):
    """404: no such object or resource."""


class AlreadyExists(APIError):
    """409 AlreadyExists: the name is taken."""


class Conflict(APIError):
    """409 Conflict: another writer, or another field manager, was there first."""


class Forbidden(APIError):
    """403: RBAC or admission says no."""


class Unauthorized(APIError):
    """401: the credentials are missing, wrong or expired."""


class Invalid(APIError):
    """422: the object breaks the API's rules."""


class Gone(APIError):
    """410: the resource version to watch from is too old."""


class PluginError(PyHelmError):
    """A plugin that can't be loaded, installed or run, or that failed."""


class StorageError(PyHelmError):
    """A release record that can't be read or written."""


class ReleaseError(PyHelmError):
    """A release operation that can't go on."""


class ReleaseNotFound(ReleaseError):
    """No release, or no such revision, under this name."""


class NoDeployedRelease(ReleaseNotFound):
    """A release of which no revision is deployed."""


class ReleaseExists(ReleaseError):
    """The name is still in use."""


class OperationInProgress(ReleaseError):
    """Another install, upgrade or rollback of this release has not ended."""


class PerhapsInProgress(OperationInProgress):
    """A pending revision of which nobody can say whether somebody is at work on it.

    `known` is what can be said.
    """

    def __init__(self, message: str, known: str) -> None:
        self.known = known
        super().__init__(message)


class OwnershipError(ReleaseError):
    """Objects that exist and belong to someone else; `conflicts` has a line for each."""

    def __init__(self, message: str, conflicts: tuple[str, ...] = ()) -> None:
        self.conflicts = conflicts
        super().__init__(message)


class OperationFailed(ReleaseError):
    """An operation that failed after its revision was recorded; the record says `failed`."""


class ManifestError(OperationFailed):
    """An object that no server takes: unlike other failures it leaves no record.

    `place` is the template that it came from, with the line where that is known; else empty. Of a
    Jinja chart the `explanation` shows that line.
    """

    def __init__(self, message: str, place: str = "", explanation: tuple[str, ...] = ()) -> None:
        self.place = place
        self.explanation = explanation
        super().__init__(message)


class PartlyApplied(OperationFailed):
    """Objects that were refused; `applied` names the objects that the server took, new or not."""

    def __init__(self, message: str, applied: tuple[Any, ...]) -> None:
        self.applied = applied
        super().__init__(message)


class HookFailed(OperationFailed):
    """A hook that failed, which ends the operation."""


class TestsFailed(OperationFailed):
    """A test that failed, or whose logs can't be had; `release` has the results of all tests."""

    __test__ = False

    def __init__(self, message: str, release: Any) -> None:
        self.release = release
        super().__init__(message)


class WaitError(PyHelmError):
    """Objects that did not become ready in time, or can't; `unready` has a line for each.

    `explanation` says more of them, in lines: warning events, and what their containers wrote last.
    """

    def __init__(
        self, message: str, unready: tuple[str, ...] = (), explanation: tuple[str, ...] = ()
    ) -> None:
        self.unready = unready
        self.explanation = explanation
        super().__init__(message)


class SimulatorError(PyHelmError):
    """The simulator can't be started, stopped or reached."""


def explanation_of(error: BaseException | None) -> tuple[str, ...]:
    """What explains an error, or the one that it came from: warning events, logs; often nothing."""
    while error is not None:
        found: tuple[str, ...] = getattr(error, "explanation", ())
        if found:
            return found
        error = error.__cause__
    return ()
