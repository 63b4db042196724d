"""The command line: what each option does, and each bad input as one line and an exit code."""

import json
import os
import subprocess
import sys
import time

import pytest
import spacy
from click.testing import CliRunner

import safeharbor.cli.shared
from safeharbor.cli import main
from safeharbor.draft import visible

FOUND = "My client's ssn is 987-65-4321.\n"
CLEAR = "I'm looking for a counselor with evening openings and experience with grief.\n"
GOOD = (
    "I'm looking for a counselor for a 45-year old man dealing with grief over the death of his teenage daughter while also handling "
    "his high-stress job. Must have evening openings and be in-network with Providence and near his home in Sellwood or Woodstock area.\n"
)


@pytest.fixture
def run():
    return lambda *arguments, **options: CliRunner().invoke(main, list(arguments), **options)


@pytest.fixture
def draft(tmp_path):
    def make(text, name="draft.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return make


def assert_one_line(result, code, *words):
    assert result.exit_code == code, result.output
    lines = [line for line in result.stderr.splitlines() if line]
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("safeharbor: ")
    for word in words:
        assert word in lines[0]
    assert "Traceback" not in result.output


# What a run says and how it exits.


def test_a_clear_draft_exits_0(run, draft):
    result = run("check", draft(CLEAR))
    assert result.exit_code == 0
    assert "1 draft, 0 findings, 0 could not be fully checked" in result.stdout


def test_a_draft_with_an_identifier_exits_1(run, draft):
    result = run("check", draft(FOUND))
    assert result.exit_code == 1
    assert ":1:20: error g-ssn: " in result.stdout
    assert "987" not in result.stdout


def test_goods_example_is_told_his_neighbourhoods(run, draft):
    result = run("check", draft(GOOD), "--format", "json", "--show-text")
    report = json.loads(result.stdout)["reports"][0]
    assert result.exit_code == 1
    loud = {f["text"] for f in report["findings"] if f["severity"] != "info"}
    assert any("Sellwood" in text for text in loud)
    assert any("Woodstock" in text for text in loud)
    assert not any("Providence" in text for text in loud)


@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("warning", 1), ("never", 0)])
def test_fail_on_chooses_what_fails(run, draft, fail_on, code):
    assert run("check", draft(FOUND), "--fail-on", fail_on).exit_code == code


def test_a_warning_fails_only_when_asked(run, draft):
    text = draft("he was discharged from Unity last week and needs someone\n")
    assert run("check", text, "--select", "b-facility", "--fail-on", "error").exit_code == 0
    assert run("check", text, "--fail-on", "warning").exit_code == 1


def test_text_is_shown_on_request_and_masked_by_default(run, draft):
    assert "987-65-4321" not in run("check", draft(FOUND), "--format", "json").stdout
    assert "987-65-4321" in run("check", draft(FOUND), "--format", "json", "--show-text").stdout
    assert "987-65-4321" in run("check", draft(FOUND), "--format", "plain", "--show-text").stdout


def test_rich_masks_when_nobody_is_at_the_terminal(run, draft):
    assert "987-65-4321" not in run("check", draft(FOUND), "--format", "rich").stdout
    assert "987-65-4321" in run("check", draft(FOUND), "--format", "rich", "--show-text").stdout


def test_rich_shows_what_whose_why_and_instead(run, draft):
    out = " ".join(run("check", draft(FOUND), "--format", "rich", "--show-text").stdout.split())
    for words in (
        "A Social Security number",
        "(G)",
        "client",
        "Leave it out",
        "1 identifier to remove before you post.",
    ):
        assert words in out


def test_brackets_in_a_draft_are_not_markup(run, draft):
    out = run("check", draft("[bold]client[/x] ssn 987-65-4321 [name-1]\n"), "--format", "rich", "--show-text").stdout
    assert "[bold]client[/x] ssn 987-65-4321 [name-1]" in out


def test_control_characters_cannot_reach_the_terminal(run, draft):
    out = run("check", draft("client\x1b[2J ssn 987-65-4321\x07\r\nok\n"), "--format", "rich", "--show-text").stdout
    assert "\x1b[2J" not in out
    assert "987-65-4321" in out
    assert len(visible("a\x1b\r\n\x9b")) == 5


def test_colour_can_be_forced_and_refused(run, draft):
    assert "\x1b[" in run("check", draft(FOUND), "--format", "rich", "--color", "always").stdout
    assert "\x1b[" not in run("check", draft(FOUND), "--format", "rich", "--color", "never").stdout


def test_quiet_says_nothing_of_a_clear_draft(run, draft):
    assert run("check", draft(CLEAR), "--quiet").stdout == ""
    assert "g-ssn" in run("check", draft(FOUND), "-q").stdout


def test_select_and_ignore_take_rules_and_letters(run, draft):
    text = draft("client ssn 987-65-4321, her cell 503-555-0142\n")
    assert "g-ssn" not in run("check", text, "--ignore", "g-ssn", "--ignore", "G").stdout
    only = run("check", text, "--select", "G").stdout
    assert "g-ssn" in only
    assert "d-" not in only.replace("and-", "")
    assert run("check", text, "--select", "g-ssn", "--ignore", "A,C").exit_code == 1


# Many drafts.


def test_many_drafts_end_in_a_table_and_a_count(run, draft):
    result = run("check", draft(CLEAR, "a.txt"), draft(FOUND, "b.txt"), "--format", "rich")
    assert "2 drafts, 1 finding, 0 could not be fully checked" in result.stdout
    assert "To remove" in result.stdout


def test_a_person_who_waits_for_many_sees_how_far_it_is(run, draft):
    assert "Reading" in run("check", draft(CLEAR, "a.txt"), draft(FOUND, "b.txt"), "--format", "jsonl", "--color", "always").stderr
    assert run("check", draft(CLEAR, "a.txt"), draft(FOUND, "b.txt"), "--format", "jsonl").stderr == ""


def test_a_queue_gives_one_report_a_line_and_carries_the_record(run, draft):
    lines = [json.dumps({"id": "p1", "text": FOUND, "author": "mod"}), "", json.dumps({"text": CLEAR})]
    result = run("check", draft("\n".join(lines), "queue.jsonl"), "--format", "jsonl")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["name"], first["verdict"], first["record"]) == ("p1", "found", {"author": "mod"})
    assert second["verdict"] == "clear"
    assert second["name"].endswith("queue.jsonl:3")
    assert first["tool"]["names_and_places"] == "en_safeharbor"


def test_a_report_has_what_the_contract_says(run, draft):
    document = json.loads(run("check", draft(FOUND), "--format", "json").stdout)
    assert set(document) == {"schema", "tool", "reports", "summary"}
    report = document["reports"][0]
    assert set(report) == {"schema", "name", "verdict", "findings", "gaps", "risk", "rewrite"}
    (finding,) = report["findings"]
    assert set(finding) == {
        "rule", "paragraph", "label", "severity", "about", "start", "end", "line", "column", "message", "suggestion", "confidence",
    }  # fmt: skip
    assert (finding["start"], finding["end"], finding["line"], finding["column"]) == (19, 30, 1, 20)


def test_sarif_and_github_point_at_the_line(run, draft):
    sarif = json.loads(run("check", draft(FOUND), "--format", "sarif").stdout)
    (result,) = sarif["runs"][0]["results"]
    assert result["ruleId"] == "g-ssn"
    assert result["locations"][0]["physicalLocation"]["region"]["startColumn"] == 20
    assert any(rule["id"] == "g-ssn" for rule in sarif["runs"][0]["tool"]["driver"]["rules"])
    github = run("check", draft(FOUND), "--format", "github").stdout
    assert github.startswith("::error file=")
    assert "line=1,col=20,title=g-ssn::" in github


# Bad input: one clear line, the right exit code, no traceback, no text.


def test_a_binary_file(run, draft):
    assert_one_line(run("check", draft(b"\x89PNG\x00\x01secret", "x.png"), "-q", "--format", "jsonl"), 3, "not a text file")


def test_invalid_utf8_names_line_and_byte_and_offers_the_encoding(run, draft):
    path = draft("line one\nJos\xe9 Quintanilla\n".encode("latin-1"))
    result = run("check", path, "-q", "--format", "jsonl")
    assert_one_line(result, 3, "line 2", "byte 13", "0xe9", "--encoding cp1252")
    assert "Quintanilla" not in result.output
    assert run("check", path, "--encoding", "latin-1").exit_code in (0, 1)


def test_an_unknown_encoding(run, draft):
    assert_one_line(run("check", draft(CLEAR), "--encoding", "klingon"), 2, "klingon")


def test_an_empty_draft(run, draft):
    assert_one_line(run("check", draft("", "empty.txt"), "-q"), 0, "empty.txt", "empty")
    assert_one_line(run("check", "-", input="  \n"), 2, "no text to check")


def test_a_ten_megabyte_draft(run, draft):
    assert_one_line_of = run("check", draft("word " * 2_000_000, "long.txt"), "-q", "--format", "jsonl")
    assert assert_one_line_of.exit_code == 3
    assert "reads up to" in assert_one_line_of.stdout


def test_an_unreadable_path_does_not_stop_the_others(run, draft, monkeypatch):
    bad, good = draft(FOUND, "a.txt"), draft(FOUND, "b.txt")
    from pathlib import Path

    opened = Path.open

    def refuse(self, *arguments, **options):
        if self.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opened(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    result = run("check", bad, good, "--format", "jsonl")
    assert_one_line(result, 3, "a.txt", "Permission denied")
    assert len(result.stdout.splitlines()) == 2


def test_a_path_that_is_not_there_and_a_folder_stop_before_any_draft(run, draft, tmp_path):
    assert_one_line(run("check", draft(FOUND), str(tmp_path / "none.txt")), 2, "none.txt", "not there")
    assert_one_line(run("check", str(tmp_path)), 2, "is a folder")


def test_a_broken_queue_line_is_reported_and_the_rest_goes_on(run, draft):
    lines = [
        json.dumps({"id": "p1", "text": CLEAR}),
        '{"text": "secret',
        '{"id": 4}',
        json.dumps({"id": "p2", "text": FOUND}),
    ]
    result = run("check", draft("\n".join(lines), "queue.jsonl"), "--format", "jsonl")
    assert result.exit_code == 3
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [report["verdict"] for report in reports] == ["clear", "incomplete", "incomplete", "found"]
    assert "queue.jsonl:2" in result.stderr
    assert "secret" not in result.output


def test_a_queue_line_with_half_a_character_a_key_twice_or_no_json_does_not_stop_the_rest(run, draft):
    lines = ['{"id": "p\\ud83d", "text": "x \\ud83d ssn 987-65-4321 client"}', '{"text": "a", "text": "b"}', '{"text": "a", "n": NaN}']
    lines += ['{"text": "a", "n": ' + "[" * 100_000 + "]" * 100_000 + "}", json.dumps({"id": ["Marisol"], "text": FOUND})]
    for style in ("jsonl", "json", "plain", "github", "sarif", "rich"):
        result = run("check", draft("\n".join(lines), "queue.jsonl"), "--format", style)
        assert result.exit_code == 3, result.output
        assert "internal error" not in result.output
        assert "Marisol" not in result.output
    reports = [json.loads(line) for line in run("check", draft("\n".join(lines), "q.jsonl"), "--format", "jsonl").stdout.splitlines()]
    assert [report["verdict"] for report in reports] == ["found", "incomplete", "incomplete", "incomplete", "found"]


def test_a_queue_can_be_piped_in(run):
    result = run(
        "check", "--format", "jsonl", input=json.dumps({"id": "p1", "text": FOUND}) + "\n" + json.dumps({"id": "p2", "text": CLEAR})
    )
    assert [json.loads(line)["name"] for line in result.stdout.splitlines()] == ["p1", "p2"]


@pytest.mark.parametrize("style", ["plain", "rich", "github"])
def test_a_name_cannot_give_commands_to_a_log_or_a_terminal(run, draft, style):
    record = json.dumps({"id": "::error file=x::pwn\n::warning::y\x1b[31m##[error]z", "text": FOUND})
    result = run("check", draft(record, "q.jsonl"), draft(CLEAR), "--format", style)
    assert "\x1b[31m" not in result.output
    assert not any(line.lstrip().startswith(("::error file=x", "::warning", "##[")) for line in result.output.splitlines())
    missing = run("check", "no\x1b[31mpe\n::error::x.txt")
    assert "\x1b" not in missing.stderr
    assert_one_line(missing, 2, "not there")


def test_a_queue_is_pointed_at_by_file_and_line(run, draft):
    queue = draft(json.dumps({"id": "p1", "text": CLEAR}) + "\n" + json.dumps({"id": "p2", "text": FOUND}), "q.jsonl")
    (result,) = json.loads(run("check", queue, "--format", "sarif").stdout)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("q.jsonl")
    assert place["region"] == {"startLine": 2}
    assert "q.jsonl,line=2,title=g-ssn::" in run("check", queue, "--format", "github").stdout


def test_utf16_is_told_apart_from_a_binary_file(run, draft):
    path = draft(FOUND.encode("utf-16"))
    assert_one_line(run("check", path, "-q", "--format", "jsonl"), 3, "--encoding utf-16")
    assert run("check", path, "--encoding", "utf-16").exit_code == 1


def test_a_masked_draft_in_a_log_shows_nothing_of_it(run, draft):
    out = run("check", draft("Qwertz wrote this. client ssn 987-65-4321\n"), "--format", "rich").stdout
    assert "Qwertz" not in out


def test_what_was_left_alone_is_named(run, draft):
    out = run("check", draft("Two openings. Call me at 503-555-0142.\n"), "--format", "rich", "--show-text").stdout
    assert "503-555-0142 (your own)" in out


def test_an_output_encoding_that_lacks_a_character_is_no_error(draft):
    done = subprocess.run(
        [sys.executable, "-m", "safeharbor.cli", "check", draft("client \U0001f338 ssn 987-65-4321"), "--format", "rich", "--show-text"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr


def test_an_unknown_format_or_rule(run, draft):
    result = run("check", draft(CLEAR), "--format", "xml")
    assert result.exit_code == 2
    assert "xml" in result.stderr
    assert_one_line(run("check", draft(CLEAR), "--select", "z-nothing"), 2, "z-nothing", "safeharbor rules")
    assert_one_line(run("explain", "z-nothing"), 2, "z-nothing")
    assert_one_line(run("check", draft(CLEAR), "--select", "G", "--ignore", "G"), 2, "no rule is left")


# A person at a terminal.


def test_a_terminal_is_invited_to_paste(monkeypatch):
    class Terminal:
        buffer = __import__("io").BytesIO(FOUND.encode())

        @staticmethod
        def isatty():
            return True

    monkeypatch.setattr(safeharbor.cli.shared.sys, "stdin", Terminal)
    sources = list(safeharbor.cli.shared.read_sources((), "utf-8"))
    assert sources[0].draft.text == FOUND


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix thing")
def test_on_a_real_terminal_the_draft_is_shown_underlined(draft):
    import pty

    master, slave = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "safeharbor.cli", "check", draft(FOUND)],
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
    )
    os.close(slave)
    out = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        out += chunk
    os.close(master)
    assert done.wait() == 1
    assert b"987-65-4321" in out
    assert b"\x1b[1;4;31m987-65-4321" in out


# The other commands.


def test_rules_are_listed_by_paragraph(run):
    out = run("rules").stdout
    assert out.index("(A) Names") < out.index("(R) Any other unique")
    assert "g-ssn" in out
    assert "g-ssn" not in run("rules", "--paragraph", "C").stdout


def test_a_rule_is_explained(run):
    out = run("explain", "g-ssn").stdout
    for words in ("45 CFR 164.514(b)(2)(i)(G)", "Why", "Instead", "Flagged", "Left alone", "Source"):
        assert words in out


def test_version_help_and_completion(run):
    assert run("--version").stdout.startswith("safeharbor 0.")
    assert "Examples:\n    safeharbor check\n" in run("check", "--help").stdout
    for shell in ("bash", "zsh", "fish"):
        assert "_SAFEHARBOR_COMPLETE" in run("completion", shell).stdout


def test_rule_ids_complete():
    assert "g-ssn" in safeharbor.cli.shared.rule_ids(None, None, "g-s")


def test_commands_that_need_no_engine_answer_at_once():
    best = 9.0
    for _ in range(4):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "safeharbor.cli", "rules"], check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    # The issue asks for 0.2 s; twice that here, for busy machines.
    assert best < 0.4


def test_the_schema_is_printed(run):
    assert "Rule" in json.loads(run("schema").stdout)["$defs"]


def test_measure_prints_figures_and_shows_slips(run, draft):
    corpus = "=== id=a kind=overshare\nssn [[SSN client: 987-65-4321]] of [[PERSON client: Qzxv]]\n=== id=b kind=clean\nEvenings?\n"
    out = run("measure", draft(corpus), "--errors", "--with", "rules").stdout
    assert "clean_posts_passed: 1.000 (1/1)" in out
    assert "a · missed · PERSON" in out
    figures = json.loads(run("measure", draft(corpus), "--json", "--with", "rules", "--with", "model").stdout)
    assert figures["rules"]["letters"]["G"]["recall"] == 1.0
    assert figures["rules"]["letters"]["A"]["recall"] == 0.0
    assert figures["model"]["totals"]["clean_posts_passed"]["share"] == 1.0
    assert_one_line(run("measure", draft("no header")), 2, "no marked draft")


def test_measure_compares_readers_and_lower_cased_copies(run, draft):
    corpus = draft("=== id=v-1 kind=overshare\nher [[FAMILY relative: husband]] left, she is [[AGE client: 34]]\n")
    out = run("measure", corpus, "--with", "rules", "--with", "both", "--lower").stdout
    row = next(line for line in out.splitlines() if line.startswith("clue_recall"))
    assert "0.000 (0/2)" in row
    assert "1.000 (2/2)" in row


# Which language model reads.


@pytest.fixture
def pipeline(tmp_path):
    """Give the path of a small spaCy pipeline that knows one name and one place."""
    nlp = spacy.blank("en")
    patterns = [{"label": "PERSON", "pattern": "Xyqqa Vreel"}, {"label": "GPE", "pattern": "Qorvina"}]
    nlp.add_pipe("entity_ruler").add_patterns(patterns)
    nlp.to_disk(tmp_path / "xx_small")
    return str(tmp_path / "xx_small")


NAMED = "my client Xyqqa Vreel, who lives in Qorvina, needs a therapist; her husband left\n"


def labels(result):
    return {finding["label"] for finding in json.loads(result.stdout)["findings"]}


def test_another_pipeline_reads_names_and_places_instead_of_ours(run, draft, pipeline):
    result = run("check", draft(NAMED), "--format", "jsonl", "--language-model", pipeline)
    assert labels(result) == {"PERSON", "LOCATION"}
    assert json.loads(result.stdout)["tool"]["names_and_places"] == pipeline


def test_another_pipeline_reads_beside_ours(run, draft, pipeline):
    result = run("check", draft(NAMED), "--format", "jsonl", "--language-model", "en_safeharbor", "--language-model", pipeline)
    assert {"PERSON", "LOCATION", "FAMILY"} <= labels(result)
    assert json.loads(result.stdout)["tool"]["names_and_places"] == f"en_safeharbor and {pipeline}"


def test_the_pipeline_can_be_set_in_the_environment(run, draft, pipeline):
    result = run("check", draft(NAMED), "--format", "jsonl", env={"SAFEHARBOR_LANGUAGE_MODEL": pipeline})
    assert json.loads(result.stdout)["tool"]["names_and_places"] == pipeline


def test_none_has_only_the_rules_read(run, draft):
    result = run("check", draft(NAMED), "--format", "jsonl", "--language-model", "none")
    assert json.loads(result.stdout)["tool"]["names_and_places"] == "rules only"
    assert "FAMILY" not in labels(result)
    assert_one_line(run("check", draft(NAMED), "--language-model", "none", "--language-model", "en_safeharbor"), 2, "name it alone")


def test_a_pipeline_that_is_not_installed_stops_with_the_install_line(run, draft):
    result = run("check", draft(NAMED), "--language-model", "en_core_web_xyz")
    assert_one_line(result, 2, "'en_core_web_xyz' is not installed", "python -m spacy download en_core_web_xyz")


def test_clues_are_shown_apart_and_fail_nothing(run, draft):
    result = run("check", draft("ISO grief therapist in California for a 45-year-old teacher, Aetna\n"), "--format", "rich", "--show-text")
    assert result.exit_code == 0
    assert "clues about the client or people close to them" in result.stdout
    assert "teacher" in result.stdout


def test_a_draft_in_another_language_is_not_fully_checked(run, draft):
    text = "Busco terapeuta para una mujer de treinta años que perdió a su hija el mes pasado y no puede dormir por las noches\n"
    result = run("check", draft(text))
    assert result.exit_code == 3
    assert "in Spanish; safeharbor reads English" in result.stdout
    assert run("check", draft("Ищу психолога для подростка\n")).exit_code == 3
    assert run("check", draft("busco LMFT bilingüe, evenings, OHP, gracias colegas\n")).exit_code == 0


def test_ours_reads_whichever_is_named_first(run, draft, pipeline):
    orders = (["en_safeharbor", pipeline], [pipeline, "en_safeharbor"])
    found = [run("check", draft(NAMED), "--format", "jsonl", *(f"--language-model={name}" for name in order)).stdout for order in orders]
    assert found[0] == found[1]


def test_a_report_names_what_read_and_not_what_was_asked_for(run, draft):
    result = run("check", draft(NAMED), "--format", "jsonl", "--select", "d-phone")
    assert json.loads(result.stdout)["tool"]["names_and_places"] == "rules only"


def test_a_rule_that_only_a_model_can_run_is_refused_without_one(run, draft):
    assert_one_line(
        run("check", draft(NAMED), "--select", "a-name-in-prose", "--language-model", "none"), 2, "--language-model that they need"
    )


def test_what_is_no_pipeline_is_told_so(run, draft, tmp_path):
    assert_one_line(run("check", draft(NAMED), "--language-model", str(tmp_path)), 2, "it is no spaCy pipeline")
    assert run("check", draft(CLEAR), "--language-model", "NONE").exit_code == 0


def test_measure_refuses_what_it_cannot_measure(run, draft, monkeypatch, tmp_path):
    corpus = "=== id=v-1 kind=clean\nEvenings?\n"
    assert_one_line(run("measure", draft(b"=== id=v-1 kind=clean\n\xff\xfe\n", "latin.txt")), 2, "cannot be read as UTF-8")
    assert_one_line(run("measure", draft(corpus), "--with", "model", "--language-model", "none"), 2, "no language model to measure")
    assert_one_line(run("measure", draft(corpus), "--errors", "--json"), 2, "ask for one of them")
    monkeypatch.setattr("safeharbor.detect.language.MODEL", tmp_path / "gone")
    monkeypatch.setattr("safeharbor.detect.language.load_pipelines.__defaults__", (("en_safeharbor",), tmp_path / "gone"))
    result = run("measure", draft(corpus))
    assert result.exit_code == 3
    assert "not measured" in result.stderr
