import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

import { crashIdVerdict } from '#antenna/crash-report';
import type { StoredCrash } from '#antenna/stored-crashes';

import { Needs, ViewerOf } from '../../access/access.guard.js';
import { AuditService } from '../../access/audit.service.js';
import type { Viewer } from '../../access/viewer.js';
import { crashIdIn } from '../../crash/crash-id-in.js';
import { CrashesService, type FoundCrash } from '../../crash/crashes.service.js';
import { visibleCrash } from '../../crash/visible-crash.js';
import { CrashStatsConfig } from '../../crash-stats.config.js';
import { page } from '../../layout/page.js';
import { crashPage, type CrashView, maxDumps } from './crash-page.js';
import { notStored, validId, whileStoreAnswers } from '../../crash/crash-problems.js';
import { ProcessAgainService } from './process-again.service.js';

const htmlType = 'text/html; charset=utf-8';
/** Of what is typed into the search box. */
const maxSearched = 500;

/** The page of a crash, and its one button. */
@ApiExcludeController()
@Controller('crash')
export class CrashController {
  constructor(
    private readonly crashes: CrashesService,
    private readonly processAgain: ProcessAgainService,
    private readonly audit: AuditService,
    private readonly config: CrashStatsConfig,
  ) {}

  /** The search box: a crash id opens its crash, anything else finds signatures that contain it. */
  @Get()
  @HttpCode(303)
  find(@Query('id') typed: unknown, @Res({ passthrough: true }) reply: FastifyReply): void {
    const text = typeof typed === 'string' ? typed.trim().slice(0, maxSearched).toWellFormed() : '';
    const crashId = crashIdIn(text);
    const query = new URLSearchParams(text === '' ? {} : { 'signature.contains': text });
    void reply.header(
      'location',
      crashId === undefined ? `/search?${query.toString()}` : `/crash/${crashId}`,
    );
  }

  @Get(':id')
  @Header('content-type', htmlType)
  @Header('cache-control', 'no-store')
  async crash(
    @ViewerOf() viewer: Viewer,
    @Param('id') typed: string,
    @Query('sent') sent: unknown,
  ): Promise<string> {
    const crashId = validId(typed);
    const isWhole = viewer.may('protected');
    if (isWhole) this.audit.protectedRead(viewer, 'crash', crashId);
    const content = await whileStoreAnswers(async () =>
      this.crashes.read(crashId, isWhole ? 'raw' : 'processed', async (found) =>
        crashPage({
          ...(await this.view(crashId, found, viewer)),
          sentAt: typeof sent === 'string' && /^\d{13}$/.test(sent) ? Number(sent) : undefined,
        }),
      ),
    );
    if (!content) throw notStored(crashId);
    return page(viewer, { title: `Crash ${crashId}`, active: 'search', content });
  }

  @Post(':id/process')
  @Needs('operator')
  @HttpCode(303)
  async process(
    @ViewerOf() viewer: Viewer,
    @Param('id') typed: string,
    @Body() _form: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const crashId = validId(typed);
    const sentAt = Date.now();
    await this.processAgain.send(viewer, crashId);
    void reply.header('location', `/crash/${crashId}?sent=${sentAt}`);
  }

  private async view(
    crashId: string,
    { processed, isProcessed, stored }: FoundCrash,
    viewer: Viewer,
  ): Promise<Omit<CrashView, 'sentAt'>> {
    const mayProcess = viewer.may('operator');
    return {
      crashId,
      crash: processed && visibleCrash(processed, viewer),
      problem: processed ? undefined : problemOf(crashId, isProcessed, mayProcess),
      whole: viewer.may('protected')
        ? { rawCrash: stored?.rawCrash, dumps: stored ? await dumpsOf(stored) : [] }
        : undefined,
      mayProcess,
      traceUrl: this.config.traceUrl?.replaceAll('{crash_id}', crashId),
    };
  }
}

async function dumpsOf(stored: StoredCrash): Promise<{ name: string; size: number | undefined }[]> {
  const names = stored.dumpNames;
  return await Promise.all(
    names.map(async (name, index) => ({
      name,
      size: index < maxDumps ? await stored.dumpSize(name) : undefined,
    })),
  );
}

/** Why a stored crash has no processed crash, and what to do. */
function problemOf(crashId: string, isProcessed: boolean, mayProcess: boolean): string {
  const next = mayProcess
    ? '“Process again” has it processed now.'
    : 'An operator can have it processed.';
  if (isProcessed)
    return `What is stored as its processed crash cannot be read: it is damaged, or of another version. ${next}`;
  return crashIdVerdict(crashId) === 'defer'
    ? `This crash is stored, but not processed: a rule deferred it. ${next}`
    : `This crash is stored, but not processed yet: the processor has not come to it, is off, or gave up. Reload this page in a moment. ${next}`;
}
