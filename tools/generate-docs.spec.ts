import { describe, expect, it } from '@jest/globals';

import { configurationDocument } from './configuration-document.js';
import { markdownTable } from './markdown-table.js';
import { metricsDocument } from './metrics-document.js';

describe('the document of the configuration', () => {
  const text = configurationDocument();

  it('has a row for each setting with default, description and allowed values', () => {
    expect(text).toContain(
      '| `MAX_PAYLOAD` | `25MiB` (1KiB to 1GiB) | Largest request body, before decompression. |',
    );
    expect(text).toContain('| `VISIBILITY_TIMEOUT` | `1m` (1s to 12h) |');
    expect(text).toContain('| `ANTENNA_DATA_DIR` | `./data` |');
  });

  it('lists the settings of every service only once', () => {
    expect(text.match(/^\| `LOG_LEVEL` /gm)).toHaveLength(1);
    expect(text.match(/^\| `PORT` /gm)).toHaveLength(6);
  });

  it('marks secret settings', () => {
    expect(text).toMatch(/`SUBMITTER_TOKEN`.* Secret\. \|/);
  });
});

describe('the document of the metrics', () => {
  it('has a row for each instrument, with units other than what is counted', () => {
    const text = metricsDocument();
    expect(text).toContain(
      '| `antenna.ingest.received` | `antenna_ingest_received_total` | counter | Requests to /submit',
    );
    expect(text).toContain('| `antenna_ingest_payload_size_bytes` | histogram `By` |');
    expect(text).toMatch(
      /`antenna\.crashmover\.outcomes`.*`outcome`: published, saved, superseded, probe, retried/,
    );
  });
});

describe('markdownTable', () => {
  it('escapes characters that would end a cell', () => {
    expect(markdownTable(['a', 'b'], [['1|2', '<x>']])).toBe(
      '| a | b |\n| --- | --- |\n| 1\\|2 | &lt;x> |',
    );
  });

  it('does not change code', () => {
    expect(markdownTable(['a'], [['`<x>` < y']])).toContain('| `<x>` &lt; y |');
  });
});
