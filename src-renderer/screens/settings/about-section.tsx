// What this program is, and how the console behind this screen is doing.
import { Alert, Stack } from '@mantine/core';
import { IconInfoCircle, IconLicense } from '@tabler/icons-react';
import type { ConsoleStatus } from '../../../src-main/contract/models.ts';
import { useAnswer } from '../../client/use-command.ts';
import { Brand } from '../../components/brand.tsx';
import { bytesWords } from '../../components/bytes-words.ts';
import { ageWords } from '../../stores/freshness.ts';
import { useSession } from '../../stores/session.ts';
import { useStatus } from '../../stores/status.ts';
import { bluetoothWords } from '../devices/bluetooth-words.ts';
import classes from './settings.module.css';

const ENGINE_WORDS = { running: 'running', restarting: 'restarting', failed: 'stopped: readings are not being stored' } as const;
const HOST_WORDS = { desktop: 'on this desktop', headless: 'as a server, opened in a browser' } as const;

function predictionWords(status: ConsoleStatus): string {
  const { predictionsPending: pending, predictionsLagMs: lagMs, predictionsGivenUp: givenUp } = status;
  const count = (readings: number): string => `${readings.toLocaleString('en-GB')} ${readings === 1 ? 'reading' : 'readings'}`;
  const now =
    pending === 0 ? 'up to date' : `${count(pending)} ${pending === 1 ? 'waits' : 'wait'}, the oldest for ${ageWords(lagMs)}`;
  return givenUp === 0 ? now : `${now}; ${count(givenUp)} got none`;
}

function bluetoothFact({ bluetooth }: ConsoleStatus): string {
  const { title, canScan } = bluetoothWords(bluetooth);
  return canScan && bluetooth.radio !== '' ? `${title}: ${bluetooth.radio}` : title;
}

export function AboutSection() {
  const info = useSession((state) => state.info);
  const status = useStatus((state) => state.status);
  const skin = useAnswer('photo.model', {}).data;
  return (
    <section className={`hs-card ${classes.card}`} aria-label="About">
      <Stack>
        <Brand size={36} />
        <Alert icon={<IconInfoCircle />} color="brand" title="Decision support, not a certified medical device">
          HealthSense helps clinic staff see and judge readings. It does not replace certified monitoring or a clinician&apos;s
          judgement. NEWS2 is the National Early Warning Score of the Royal College of Physicians, 2017.
        </Alert>
        {skin === null ? null : (
          <Alert icon={<IconLicense />} color="brand" title="Skin model">
            {skin.state === 'left-out' ? skin.problem : `${skin.licence} It can be left out of a build.`}
          </Alert>
        )}
        <dl className={classes.facts}>
          {info !== null && (
            <>
              <dt>Version</dt>
              <dd>
                {info.version}
                {info.demo && ', demonstration'}
              </dd>
              <dt>Runs</dt>
              <dd>{HOST_WORDS[info.host]}</dd>
            </>
          )}
          {status !== null && (
            <>
              <dt>Engine</dt>
              <dd>
                {ENGINE_WORDS[status.engine]}, {Math.round(status.engineLagMs)} ms behind
              </dd>
              <dt>Risk predictions</dt>
              <dd>{predictionWords(status)}</dd>
              <dt>Readings stored</dt>
              <dd>{status.storedReadings.toLocaleString('en-GB')}</dd>
              <dt>Database</dt>
              <dd>{bytesWords(status.databaseBytes)}</dd>
              <dt>Free disk</dt>
              <dd>{status.freeDiskBytes === null ? 'not known' : bytesWords(status.freeDiskBytes)}</dd>
              <dt>Bluetooth</dt>
              <dd>{bluetoothFact(status)}</dd>
              {!status.reach ? null : (
                <>
                  <dt>Who can reach it</dt>
                  <dd>{status.reach}</dd>
                </>
              )}
              <dt>Encryption at rest</dt>
              <dd>
                Not by HealthSense: the database and its backups are as safe as the disk they are on. Encrypt it (BitLocker,
                FileVault, LUKS).
              </dd>
              <dt>Problems</dt>
              <dd>{status.problems.length === 0 ? 'none' : status.problems.join(' · ')}</dd>
            </>
          )}
        </dl>
      </Stack>
    </section>
  );
}
