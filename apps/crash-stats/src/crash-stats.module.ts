import { type DynamicModule, Inject, Module, type Type } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';

import type { BlobStore } from '#antenna/blob-store';
import type { CrashSearch } from '#antenna/crash-index';
import type { MessageQueue } from '#antenna/message-queue';
import { HealthRegistry } from '#antenna/service';

import { AccessGuard, IDENTIFY } from './access/access.guard.js';
import { AuditService } from './access/audit.service.js';
import { identifyByProxy } from './access/identify-by-proxy.js';
import { identifyLocal } from './access/identify.js';
import { CrashesService } from './crash/crashes.service.js';
import { RateLimitGuard } from './access/rate-limit.guard.js';
import { CrashesController } from './api/crashes.controller.js';
import { StatisticsController } from './api/statistics.controller.js';
import { CrashStatsConfig } from './crash-stats.config.js';
import {
  CRASH_SEARCH,
  CRASH_STORE,
  type CrashStatsDependencies,
  PROCESSING_QUEUE,
  SUBMIT_URL,
} from './dependencies.js';
import { RequestInterceptor } from './http/request.interceptor.js';
import { FilesController } from './layout/files.controller.js';
import { CrashController } from './pages/crash/crash.controller.js';
import { DownloadsController } from './pages/crash/downloads.controller.js';
import { ProcessAgainService } from './pages/crash/process-again.service.js';
import { HomeController } from './pages/home/home.controller.js';
import { SearchController } from './pages/search/search.controller.js';
import { SearchService } from './search/search.service.js';
import { SignatureController } from './pages/signature/signature.controller.js';
import { TopController } from './pages/top/top.controller.js';

/** All pages, and their API. */
const controllers: readonly Type[] = [
  FilesController,
  HomeController,
  CrashController,
  DownloadsController,
  SearchController,
  CrashesController,
  StatisticsController,
  TopController,
  SignatureController,
];

@Module({})
export class CrashStatsModule {
  constructor(
    health: HealthRegistry,
    @Inject(CRASH_SEARCH) search: CrashSearch,
    @Inject(CRASH_STORE) crashes: BlobStore,
    @Inject(PROCESSING_QUEUE) processing: MessageQueue,
  ) {
    health.addBackend('index', async () => await search.check());
    health.addBackend('crashes', async () => await crashes.check());
    health.addBackend('processing', async () => await processing.check());
  }

  static with({
    config,
    search,
    crashes,
    processing,
    submitUrl,
  }: CrashStatsDependencies): DynamicModule {
    const identify = config.auth === 'proxy' ? identifyByProxy(config) : identifyLocal;
    return {
      module: CrashStatsModule,
      controllers: [...controllers],
      providers: [
        AuditService,
        CrashesService,
        ProcessAgainService,
        { provide: CrashStatsConfig, useValue: config },
        { provide: CRASH_SEARCH, useValue: search },
        { provide: CRASH_STORE, useValue: crashes },
        { provide: PROCESSING_QUEUE, useValue: processing },
        { provide: SUBMIT_URL, useValue: submitUrl },
        { provide: IDENTIFY, useValue: identify },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: RateLimitGuard },
        SearchService,
        { provide: APP_INTERCEPTOR, useClass: RequestInterceptor },
      ],
    };
  }
}
