import { Controller, Get, Header, HttpStatus, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { type CrashQuery, type CrashSearch, queryParameters } from '#antenna/crash-index';
import { type Html, html } from '#antenna/web-page';

import { ViewerOf } from '../../access/access.guard.js';
import { AuditService } from '../../access/audit.service.js';
import type { Viewer } from '../../access/viewer.js';
import { CRASH_SEARCH } from '../../dependencies.js';
import { emptyState } from '../../layout/empty-state.js';
import { crashes, time } from '../../layout/format.js';
import { page } from '../../layout/page.js';
import { askedParameters, askedQuery } from '../../search/asked-query.js';
import { isAnyProtected } from '../../statistics/correlations.js';
import {
  type SignatureReport,
  signatureOf,
  signatureReport,
} from '../../statistics/signature-report.js';
import { conditionList } from '../condition-list.js';
import { correlationsSection } from './correlations-section.js';
import { facetTables, latestSection, overTime } from './signature-sections.js';

/** Five requests to the index for each page. */
@ApiExcludeController()
@Controller('signature')
export class SignatureController {
  constructor(
    @Inject(CRASH_SEARCH) private readonly search: CrashSearch,
    private readonly audit: AuditService,
  ) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  async page(
    @ViewerOf() viewer: Viewer,
    @Req() { url }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const now = Date.now();
    const mayUseProtected = viewer.may('protected');
    const query = askedQuery(askedParameters(url), { now, mayUseProtected });
    const signature = signatureOf(query);
    if (signature === undefined)
      return page(viewer, { title: 'Signature', active: 'top', content: noSignature });
    const report = await signatureReport(this.search, query, signature, viewer);
    if (isAnyProtected([...query.conditions, ...report.annotations.found]))
      this.audit.protectedRead(viewer, 'signature');
    if (report.firstSeen === undefined) void reply.status(HttpStatus.NOT_FOUND);
    const content = contentOf(report, query, now);
    return page(viewer, { title: signature, active: 'top', content });
  }
}

const dayMs = 86_400_000;
const shownDays = [1, 7, 14, 28, 90, 365];

const noSignature = emptyState(
  'Which signature?',
  html`<p>
      This page shows one signature: add <code>?signature=…</code> to its address, or choose one of
      the <a href="/top">top crashers</a>, or look for a part of it:
    </p>
    <form method="get" action="/search">
      <label>A part of the signature <input name="signature.contains" required /></label>
      <button type="submit">Search</button>
    </form>`,
);

function contentOf(report: SignatureReport, query: CrashQuery, now: number): Html {
  const { total, signature, firstSeen } = report;
  if (firstSeen === undefined) return unknownSignature(signature);
  const links = (['search', 'v1/signature'] as const).map(
    (path) => `/${path}?${queryParameters(query, now).toString()}`,
  );
  const narrowed = query.conditions.filter(({ field }) => field !== 'signature');
  return html`<p>
      ${crashes(total)} in this time, first seen ${time(firstSeen)} ·
      <a href="${links[0]}">Search</a> · <a href="${links[1]}">JSON</a>
    </p>
    ${periods(query, now)} ${conditionList('/signature', query, narrowed, {}, now)}
    ${
      total === 0
        ? emptyState('No crashes in this time', html`<p>Choose a longer time above.</p>`)
        : html`${overTime(report, query)} ${facetTables(report, query, now)}
          ${correlationsSection(report)} ${latestSection(report, query, now)}`
    }`;
}

function unknownSignature(signature: string): Html {
  const search = new URLSearchParams({ 'signature.contains': signature, days: '90' });
  return emptyState(
    'The index has no crash with this signature',
    html`<p>
      It may be a part of one:
      <a href="/search?${search.toString()}">search for signatures that contain it</a>. Crashes
      leave the index when they are deleted, and their signature changes when they are processed
      again.
    </p>`,
  );
}

function periods(query: CrashQuery, now: number): Html {
  const days = queryParameters(query, now).get('days');
  const links = shownDays.map((one) => {
    const link = queryParameters({ ...query, since: now - one * dayMs, until: now }, now);
    const current = String(one) === days ? html` aria-current="true"` : '';
    return html`<a href="/signature?${link.toString()}" ${current}
      >${one} ${one === 1 ? 'day' : 'days'}</a
    > `;
  });
  return html`<p class="periods">${links}</p>`;
}
