import { readFile, stat } from 'node:fs/promises';

import { Injectable } from '@nestjs/common';

import { errorMessage } from '#antenna/errors';
import { StartupError } from '#antenna/service';
import { parseSignatureLists, signatureListLimits, type SignatureLists } from '#antenna/signature';
import { bundledSignatureLists } from '#antenna/signature-lists';
import { Logger, Metrics } from '#antenna/telemetry';

import { ProcessorConfig } from '../processor.config.js';

/** The signature lists in use. An edit of their file is used for the next crash, unless it is invalid. */
@Injectable()
export class SignatureListsService {
  private lists: SignatureLists | undefined;
  private seen = '';
  /** The file is not what is in use. */
  private isRefused = false;

  constructor(
    private readonly config: ProcessorConfig,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.observe('antenna.processor.signature_lists.refused', () => (this.isRefused ? 1 : 0));
  }

  /** @throws StartupError if the file is not there or not valid */
  async onModuleInit(): Promise<void> {
    const { signatureListsFile: file } = this.config;
    if (file === undefined) {
      this.lists = bundledSignatureLists();
      return;
    }
    const problem = await this.readIfChanged(file);
    if (problem !== undefined)
      throw new StartupError(`SIGNATURE_LISTS_FILE: ${file} cannot be used: ${problem}`);
  }

  async current(): Promise<SignatureLists> {
    const { signatureListsFile: file } = this.config;
    const problem = file === undefined ? undefined : await this.readIfChanged(file);
    if (problem !== undefined)
      this.logger.error(`signature lists stay as they were: ${file} cannot be used: ${problem}`);
    if (!this.lists) throw new Error('the signature lists are not loaded');
    return this.lists;
  }

  /** Returns the problem, once for each content of the file. */
  private async readIfChanged(file: string): Promise<string | undefined> {
    let problem: string | undefined;
    let state: string;
    try {
      const found = await stat(file);
      const { ino, mtimeMs, size } = found;
      state = `${ino} ${mtimeMs} ${size}`;
      if (state === this.seen) return undefined;
      // Before it is read: a device has no end.
      if (!found.isFile()) throw new Error('it is not a regular file; name one');
      const limit = signatureListLimits.documentBytes;
      if (size > limit)
        throw new Error(`the lists are ${size} bytes; the limit is ${limit} (combine patterns)`);
      const { lists, errors } = parseSignatureLists(await readFile(file, 'utf8'));
      if (lists) this.lists = lists;
      const [first] = errors;
      if (first) problem = `line ${first.line}: ${first.message} (${first.hint ?? 'fix it'})`;
    } catch (error) {
      problem = errorMessage(error);
      state = problem;
      if (state === this.seen) return undefined;
    }
    this.seen = state;
    this.isRefused = problem !== undefined;
    return problem;
  }
}
