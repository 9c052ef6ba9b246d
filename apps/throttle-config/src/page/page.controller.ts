import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

import { InvalidRulesetError } from '#antenna/throttle';
import { html, type Html, pageIcon, SafePageInterceptor } from '#antenna/web-page';

import { DryRunService } from '../api/dry-run/dry-run.service.js';
import { HistoryService } from '../api/history/history.service.js';
import { ShadowService } from '../api/shadow/shadow.service.js';
import { StatusService } from '../api/status/status.service.js';
import { CurrentRuleset } from '../ruleset/current-ruleset.js';
import { RulesetSource } from '../ruleset/ruleset-source.js';
import {
  type CheckedDraft,
  draftNews,
  draftResult,
  liveYaml,
  publishSection,
} from './draft-section.js';
import {
  type DryRunForm,
  DryRunFormError,
  isLoadRequested,
  readAnnotations,
  readDryRunForm,
} from './dry-run-form.js';
import { type DryRunOutcome, dryRunResult, dryRunSection } from './dry-run-section.js';
import { historySection } from './history-section.js';
import { liveSection } from './live-section.js';
import { pageScript } from './page-script.js';
import { pageStyle } from './page-style.js';
import { shadowSection } from './shadow-section.js';
import { readPeriod } from './verdict-counts.js';
import { wholePage } from './whole-page.js';

const htmlType = 'text/html; charset=utf-8';
const yamlType = 'application/yaml; charset=utf-8';

/** The page for product owners. It is read-only: rules are edited at their source. */
@ApiExcludeController()
@UseInterceptors(SafePageInterceptor)
@Controller()
export class PageController {
  constructor(
    private readonly current: CurrentRuleset,
    private readonly source: RulesetSource,
    private readonly statuses: StatusService,
    private readonly dryRun: DryRunService,
    private readonly shadow: ShadowService,
    private readonly history: HistoryService,
  ) {}

  @Get()
  @Header('content-type', htmlType)
  async page(@Query('period') period: unknown): Promise<string> {
    return await this.whole(dryRunSection({ shadow: this.shadow.status() }), period);
  }

  /** The form without the script: returns the whole page with the result. */
  @Post()
  @HttpCode(HttpStatus.OK)
  @Header('content-type', htmlType)
  async tryRules(@Body() body: unknown): Promise<string> {
    const sent = readDryRunForm(body);
    const isLoad = isLoadRequested(body);
    const form = isLoad ? { ...sent, ruleset: liveYaml(this.current.live) } : sent;
    const draft = await this.checked(form);
    const outcome = isLoad ? undefined : await this.outcome(form);
    const shadow = this.shadow.status();
    const section = dryRunSection({ shadow, form, draft, ...(outcome && { outcome }) });
    return await this.whole(section);
  }

  @Get('page/live')
  @Header('content-type', htmlType)
  async live(@Query('period') period: unknown): Promise<string> {
    const shadow = shadowSection(this.shadow.status());
    const history = historySection(await this.history.list());
    return html`${this.liveSection(period)} ${shadow} ${history}`.text;
  }

  /** The live rules, to start a draft from. */
  @Get('page/ruleset.yaml')
  @Header('content-type', yamlType)
  liveRules(): string {
    return liveYaml(this.current.live);
  }

  /** Returns the draft as a file, so that what runs in the cluster is what was checked. */
  @Post('page/ruleset.yaml')
  @HttpCode(HttpStatus.OK)
  @Header('content-type', yamlType)
  @Header('content-disposition', 'attachment; filename="ruleset.yaml"')
  draftFile(@Body() body: unknown): string {
    return readDryRunForm(body).ruleset;
  }

  /** The parts of the page that the check of a draft changes, by their ids. */
  @Post('page/check')
  @HttpCode(HttpStatus.OK)
  @Header('content-type', htmlType)
  async check(@Body() body: unknown): Promise<string> {
    const draft = await this.checked(readDryRunForm(body));
    return html`<p id="draft-news">${draft && draftNews(draft)}</p>
      ${draftResult(draft)} ${publishSection(draft)}`.text;
  }

  @Post('page/try')
  @HttpCode(HttpStatus.OK)
  @Header('content-type', htmlType)
  async result(@Body() body: unknown): Promise<string> {
    return dryRunResult(await this.outcome(readDryRunForm(body))).text;
  }

  @Get('page/script.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  script(): string {
    return pageScript;
  }

  @Get('page/style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  style(): string {
    return pageStyle;
  }

  @Get('page/icon.svg')
  @Header('content-type', 'image/svg+xml')
  icon(): string {
    return pageIcon;
  }

  private async checked({ ruleset }: DryRunForm): Promise<CheckedDraft | undefined> {
    if (ruleset.trim() === '') return undefined;
    const answer = await this.dryRun.validate(ruleset);
    const command = this.source.commandToApply('ruleset.yaml');
    return { yaml: ruleset, answer, live: this.current.live, command };
  }

  private async outcome({ annotations, ruleset }: DryRunForm): Promise<DryRunOutcome> {
    const live = this.current.live.revision;
    try {
      const yaml = ruleset.trim() === '' ? undefined : ruleset;
      const answer = await this.dryRun.evaluate(readAnnotations(annotations), yaml);
      return { kind: 'evaluated', answer, live };
    } catch (error) {
      if (error instanceof InvalidRulesetError)
        return { kind: 'invalid ruleset', errors: error.problems };
      if (error instanceof DryRunFormError) return { kind: 'unreadable', message: error.message };
      throw error;
    }
  }

  private async whole(dryRun: Html, period?: unknown): Promise<string> {
    return wholePage(this.liveSection(period), dryRun, historySection(await this.history.list()));
  }

  private liveSection(period?: unknown): Html {
    const { document } = this.current.live;
    return liveSection(this.statuses.status(), document, readPeriod(period));
  }
}
