// Who a patient is, shown large before something is given to them: name, record number, birth date, age, sex, place.
import { Alert, Text } from '@mantine/core';
import { IconId } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { PatientLive } from '../../../src-main/contract/models.ts';
import { ageYears, identityLine, sexWord } from '../../components/person.ts';
import { useNowMs } from '../../stores/clock.ts';

export function IdentityCheck({ live }: { readonly live: PatientLive }): ReactElement {
  const nowMs = useNowMs();
  const { patient, devices } = live;
  return (
    <Alert icon={<IconId />} color="brand" title={patient.name}>
      <Text>{identityLine(patient)}</Text>
      <Text>
        {ageYears(patient.birthDate, nowMs)} years, {sexWord(patient.sex)}
      </Text>
      {devices.length > 0 && <Text mt={4}>Wears {devices.map((worn) => worn.name || worn.deviceId).join(', ')}.</Text>}
    </Alert>
  );
}
