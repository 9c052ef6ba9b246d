/**
 * Decides between reports with the same crash id, which only a trusted submitter can send: the one that was
 * received last is stored, in whatever order their messages arrive and whichever crashmovers have them.
 */
import { Inject, Injectable } from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import { BlobStoreError } from '#antenna/blob-store';
import { rawCrashKey, stagedEnvelopeKey, submissionOf } from '#antenna/crash-report';

import { CRASH_STORE, STAGING_STORE } from '../dependencies.js';
import { MoveError } from '../move-error.js';

/** Longer than a crashmover takes to save a crash that it had begun when the later report was staged. */
const saveTimeMs = 60_000;

@Injectable()
export class SubmittedIdOrder {
  constructor(
    @Inject(STAGING_STORE) private readonly staging: BlobStore,
    @Inject(CRASH_STORE) private readonly crashes: BlobStore,
  ) {}

  /**
   * Whether a later report of the id is stored, or staged and so will be. Both reports look for the other one in
   * staging before they are saved, and are deleted from there after it: two are never saved at the same time.
   * @param key where the report is staged
   * @throws MoveError `earlier_report` while another crashmover may be saving an earlier report
   */
  async isSuperseded(crashId: string, key: string): Promise<boolean> {
    const submission = submissionOf(key);
    if (submission === undefined) return false;
    let stagedAt = 0;
    let hasEarlier = false;
    for await (const blob of this.staging.list(stagedEnvelopeKey(crashId))) {
      if (blob.key === key) stagedAt = blob.modifiedAt.getTime();
      else if ((submissionOf(blob.key) ?? 0) > submission) return true;
      else hasEarlier = true;
    }
    // An earlier report that is still staged after that time was not being saved, but waits or is dead-lettered.
    // Its turn finds this one stored.
    if (hasEarlier && Date.now() - stagedAt < saveTimeMs)
      throw new MoveError('order', 'earlier_report', 'fully');
    return (await this.storedSubmission(crashId)) > submission;
  }

  /** When the stored report was received; 0 if none is stored. */
  private async storedSubmission(crashId: string): Promise<number> {
    try {
      const rawCrash = await this.crashes.get(rawCrashKey(crashId));
      return Date.parse(JSON.parse(rawCrash.toString()).submitted_timestamp);
    } catch (error) {
      if (error instanceof BlobStoreError && error.code === 'not_found') return 0;
      throw error;
    }
  }
}
