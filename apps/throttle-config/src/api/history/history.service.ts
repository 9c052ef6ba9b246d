import { HttpStatus, Injectable } from '@nestjs/common';

import { ProblemException } from '#antenna/web-page';

import { type GoBack, goBack } from '../../history/go-back.js';
import type { HistoryEntry } from '../../history/history-entry.js';
import { rulesetDiff } from '../../history/ruleset-diff.js';
import { RulesetHistory } from '../../history/ruleset-history.js';
import { RulesServiceConfig } from '../../rules-service.config.js';
import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import { RulesetEdits } from '../../ruleset/ruleset-edits.js';
import { RulesetSource } from '../../ruleset/ruleset-source.js';
import type { DiffAnswer, HistoryEntryAnswer, HistoryRulesetAnswer } from './history.dto.js';

/** The history as the API and the page show it. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly history: RulesetHistory,
    private readonly current: CurrentRuleset,
    private readonly edits: RulesetEdits,
    private readonly config: RulesServiceConfig,
    private readonly source: RulesetSource,
  ) {}

  /** Newest first. */
  async list(): Promise<HistoryEntryAnswer[]> {
    const entries = await this.history.entries();
    // Rules that became live again are in the list more than once.
    const live = entries.find((entry) => this.isLive(entry));
    return entries.map((entry) => answerOf(entry, entry === live));
  }

  /** @throws {ProblemException} 404 if the history does not have the revision */
  async revision(revision: string): Promise<HistoryRulesetAnswer> {
    const entry = await this.found(revision);
    const { ruleset } = entry;
    return Object.assign(answerOf(entry, this.isLive(entry)), {
      ruleset,
      goBack: this.goBack(revision),
    });
  }

  /** @throws {ProblemException} 404 if the history does not have both, 422 if they differ too much */
  async diff(from: string, to: string): Promise<DiffAnswer> {
    const [before, after] = [await this.found(from), await this.found(to)];
    return diffAnswer(before, { name: after.revision, ruleset: after.ruleset });
  }

  /**
   * Compares a draft with a revision, or with the newest one.
   * @throws {ProblemException} 404 if the history does not have the revision, 422 if they differ too much
   */
  async draftDiff(ruleset: string, from?: string): Promise<DiffAnswer> {
    const [newest] = await this.history.entries();
    const before = await this.found(from ?? newest?.revision ?? '');
    return diffAnswer(before, { name: 'draft', ruleset });
  }

  private goBack(revision: string): GoBack {
    const apply = (file: string): string | undefined => this.source.commandToApply(file);
    return goBack(revision, this.config.port, apply, this.edits.helmRelease);
  }

  private async found(revision: string): Promise<HistoryEntry> {
    const entry = await this.history.find(revision);
    if (entry) return entry;
    throw new ProblemException({
      title: 'Not Found',
      status: HttpStatus.NOT_FOUND,
      detail: 'the history does not have this revision; /v1/history lists those that it has',
    });
  }

  private isLive({ revision }: HistoryEntry): boolean {
    return revision === this.current.live.revision;
  }
}

function answerOf(
  { revision, acceptedAt, source, user }: HistoryEntry,
  live: boolean,
): HistoryEntryAnswer {
  return { revision, acceptedAt, source, ...(user !== undefined && { user }), live };
}

function diffAnswer(before: HistoryEntry, to: { name: string; ruleset: string }): DiffAnswer {
  const from = { name: before.revision, ruleset: before.ruleset };
  const diff = rulesetDiff(from, to);
  if (diff !== undefined) return { from: from.name, to: to.name, diff };
  throw new ProblemException({
    title: 'Unprocessable Content',
    status: HttpStatus.UNPROCESSABLE_ENTITY,
    detail: 'the documents differ too much to be compared',
  });
}
