import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

import { dumpKey, isDumpName, processedCrashKey, rawCrashKey } from '#antenna/crash-report';

import { Needs, ViewerOf } from '../../access/access.guard.js';
import { AuditService } from '../../access/audit.service.js';
import type { Viewer } from '../../access/viewer.js';
import { CrashesService } from '../../crash/crashes.service.js';
import { visibleCrash } from '../../crash/visible-crash.js';
import {
  noSuchDump,
  notProcessed,
  notStored,
  validId,
  whileStoreAnswers,
} from '../../crash/crash-problems.js';

const jsonType = 'application/json; charset=utf-8';

/** The stored objects of a crash, as files to save: nothing in them must run or be kept by a cache. */
@ApiExcludeController()
@Controller('crash/:id')
export class DownloadsController {
  constructor(
    private readonly crashes: CrashesService,
    private readonly audit: AuditService,
  ) {}

  @Get('raw.json')
  @Needs('protected')
  async raw(
    @ViewerOf() viewer: Viewer,
    @Param('id') typed: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const crashId = validId(typed);
    this.audit.protectedRead(viewer, 'raw_crash', crashId);
    const bytes = await this.bytes(reply, rawCrashKey(crashId));
    if (!bytes) throw notStored(crashId);
    asFile(reply, `${crashId}-raw.json`, jsonType);
    return bytes;
  }

  /** For viewers, only what they may see. */
  @Get('processed.json')
  async processed(
    @ViewerOf() viewer: Viewer,
    @Param('id') typed: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | string> {
    const crashId = validId(typed);
    const isWhole = viewer.may('protected');
    if (isWhole) this.audit.protectedRead(viewer, 'processed_crash', crashId);
    const content = isWhole
      ? await this.processedBytes(reply, crashId)
      : await whileStoreAnswers(async () =>
          this.crashes.read(crashId, 'processed', async ({ processed }) =>
            Promise.resolve(processed && JSON.stringify(visibleCrash(processed, viewer))),
          ),
        );
    if (content === undefined) throw notProcessed(crashId);
    asFile(reply, `${crashId}-processed.json`, jsonType);
    return content;
  }

  @Get('dump/:name')
  @Needs('protected')
  async dump(
    @ViewerOf() viewer: Viewer,
    @Param('id') typed: string,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const crashId = validId(typed);
    if (!isDumpName(name)) throw noSuchDump();
    this.audit.protectedRead(viewer, 'dump', crashId);
    const bytes = await this.bytes(reply, dumpKey(crashId, name));
    if (!bytes) throw noSuchDump();
    const suffix = name === 'upload_file_minidump' ? '' : `-${name}`;
    asFile(reply, `${crashId}${suffix}.dmp`, 'application/octet-stream');
    return bytes;
  }

  private async processedBytes(reply: FastifyReply, crashId: string): Promise<Buffer | undefined> {
    const isStored = await whileStoreAnswers(async () => this.crashes.isStored(crashId));
    return isStored ? await this.bytes(reply, processedCrashKey(crashId)) : undefined;
  }

  /** Their memory is given back when the answer was sent or the client has gone. */
  private async bytes(reply: FastifyReply, key: string): Promise<Buffer | undefined> {
    const held = await whileStoreAnswers(async () => this.crashes.bytes(key));
    if (!held) return undefined;
    if (reply.raw.closed) held.release();
    else reply.raw.once('close', () => held.release());
    return held.bytes;
  }
}

/** @param name of characters that need no escape */
function asFile(reply: FastifyReply, name: string, type: string): void {
  void reply.headers({
    'content-type': type,
    'content-disposition': `attachment; filename="${name}"`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
}
