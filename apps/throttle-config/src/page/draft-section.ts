import { stringify } from 'yaml';

import { html, type Html, verbatim } from '#antenna/web-page';

import type { ProblemAnswer, ValidateAnswer } from '../api/dry-run/dry-run.dto.js';
import type { AcceptedRuleset } from '../ruleset/accepted-ruleset.js';
import { draftProblemList } from './problem-list.js';
import { counted } from './words.js';
import { yamlDiff } from './yaml-diff.js';

/** A draft and the result of its check. */
export interface CheckedDraft {
  readonly yaml: string;
  readonly answer: ValidateAnswer;
  readonly live: AcceptedRuleset;
  /** Shell command that makes the rules in `ruleset.yaml` live. */
  readonly command: string | undefined;
}

/** The live rules as YAML. If the document is not known, as after a start from the cache, it is written anew. */
export function liveYaml({ yaml, document }: AcceptedRuleset): string {
  return yaml ?? stringify(document);
}

/** The text field for a draft, with its errors. Without the script, they are shown when the form is sent. */
export function draftFields(yaml: string, checked: CheckedDraft | undefined): Html {
  return html`<h3>Draft</h3>
    <label for="ruleset">Rules to try (optional)</label>
    <p id="ruleset-hint">
      A complete ruleset document in YAML. Leave it empty to try the live rules.
    </p>
    <button type="submit" name="load" value="live" id="load">Load the live rules</button>
    <div class="editor">
      <div id="gutter" aria-hidden="true"></div>
      <textarea
        id="ruleset"
        name="ruleset"
        rows="12"
        wrap="off"
        spellcheck="false"
        autocapitalize="off"
        autocomplete="off"
        aria-describedby="ruleset-hint draft-news"
      >
${verbatim(yaml)}</textarea>
    </div>
    <p id="draft-news" role="status">${checked && draftNews(checked)}</p>
    ${draftResult(checked)}`;
}

/** The result in a sentence, which screen readers announce while the author types. */
export function draftNews({ answer, live }: CheckedDraft): string {
  const [first] = answer.errors;
  if (first) {
    const more =
      answer.errors.length === 1 ? 'An error' : `${answer.errors.length} errors, the first`;
    return `${more} in line ${first.line}.`;
  }
  const same = answer.revision === live.revision ? ' They are the same as the live rules.' : '';
  return `These rules are valid.${same}`;
}

/** The errors and warnings of a draft. */
export function draftResult(checked: CheckedDraft | undefined): Html {
  return html`<div id="draft-result">${checked && draftProblems(checked.answer)}</div>`;
}

function draftProblems({ errors, warnings }: ValidateAnswer): Html {
  if (errors.length > 0) {
    return html`<div class="notice error">
      <h4>These rules cannot be used</h4>
      ${draftProblemList(errors)}
    </div>`;
  }
  return warnings.length === 0 ? html`` : draftWarnings(warnings);
}

function draftWarnings(warnings: readonly ProblemAnswer[]): Html {
  return html`<div class="notice warning">
    <h4>${counted(warnings.length, 'warning')}</h4>
    ${draftProblemList(warnings)}
  </div>`;
}

/** What a valid draft changes, and how to make it live. The page itself cannot. */
export function publishSection(checked: CheckedDraft | undefined): Html {
  return html`<div id="publish">${checked?.answer.valid ? publish(checked) : ''}</div>`;
}

function publish({ yaml, live, command }: CheckedDraft): Html {
  return html`<h3>Make the draft live</h3>
    <p>What it changes in the live rules:</p>
    ${yamlDiff(liveYaml(live), yaml)}
    ${
      command === undefined
        ? html`<p>These rules are part of the program: set RULES_FILE to edit rules.</p>`
        : html`<p>This page cannot change the live rules. Save the draft, then run:</p>
            <pre class="command">${command}</pre>`
    }
    <button type="submit" form="trial" formaction="/page/ruleset.yaml">Save ruleset.yaml</button>`;
}
