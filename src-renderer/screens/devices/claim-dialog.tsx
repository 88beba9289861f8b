// Says whose unclaimed readings are: a patient whose identity is confirmed, or nobody. Either can be undone.
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactElement, useState } from 'react';
import type { Settings, UnclaimedSpan } from '../../../src-main/contract/models.ts';
import { useCommand } from '../../client/use-command.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import { useLive } from '../../stores/live.ts';
import { DOUBT_WORDS, spanTimeWords, spanVitalsWords } from './device-words.ts';
import { IdentityCheck } from './identity-check.tsx';
import { PatientSelect } from './patient-select.tsx';

interface ClaimDialogProps {
  readonly span: UnclaimedSpan;
  readonly settings: Settings;
  readonly onClose: () => void;
}

export function ClaimDialog({ span, settings, onClose }: ClaimDialogProps): ReactElement {
  const claim = useCommand('unclaimed.claim');
  const [patientId, setPatientId] = useState<string | null>(null);
  const [sure, setSure] = useState(false);
  const live = useLive((state) => (patientId === null ? undefined : state.ward.get(Number(patientId))));

  async function claimFor(forPatientId: number | null, whose: string): Promise<void> {
    const { deviceId, isDoubtful, fromMs, toMs } = span;
    const claimed = await claim.run({ deviceId, isDoubtful, fromMs, toMs, patientId: forPatientId });
    if (claimed === null) return;
    notifications.show({ message: `The readings are ${whose} now. This can be undone in the tray.`, color: 'brand' });
    onClose();
  }

  return (
    <Dialog opened onClose={onClose} title={`Whose readings are these of ${span.deviceName || span.deviceId}?`} size="lg">
      <Stack>
        <div>
          <Text fw={650}>{spanTimeWords(span, settings.timeZone)}</Text>
          <Text size="sm" c="dimmed">
            {span.count.toLocaleString('en-GB')} {span.count === 1 ? 'reading' : 'readings'}: {spanVitalsWords(span, settings)}
          </Text>
          {span.isDoubtful && <Text size="sm">{DOUBT_WORDS}</Text>}
        </div>
        <PatientSelect
          label="Patient"
          value={patientId}
          onChange={(chosen) => {
            setPatientId(chosen);
            setSure(false);
          }}
        />
        {live !== undefined && (
          <>
            <IdentityCheck live={live} />
            <Checkbox
              label={`I am sure that ${live.patient.name}, MRN ${live.patient.mrn}, wore it then`}
              checked={sure}
              onChange={(event) => setSure(event.currentTarget.checked)}
            />
          </>
        )}
        <ErrorNotice error={claim.error} />
        <Group justify="space-between">
          <Button variant="subtle" disabled={claim.pending} onClick={() => void claimFor(null, 'set aside')}>
            Set aside: nobody’s
          </Button>
          <Group>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              disabled={live === undefined || !sure}
              loading={claim.pending}
              onClick={() => {
                if (live !== undefined) void claimFor(live.patient.patientId, `${live.patient.name}’s`);
              }}
            >
              They are this patient’s
            </Button>
          </Group>
        </Group>
      </Stack>
    </Dialog>
  );
}
