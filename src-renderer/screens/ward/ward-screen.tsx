// The ward: one tile per patient, the most urgent first unless asked otherwise.
import { Button, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useDisclosure, useLocalStorage } from '@mantine/hooks';
import { IconHistory, IconSearch, IconUserPlus, IconUserSearch, IconUsers } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Patient } from '../../../src-main/contract/models.ts';
import { consoleClient } from '../../client/index.ts';
import { EmptyNotice, ErrorNotice } from '../../components/notices.tsx';
import { ScreenHeader } from '../../components/screen-header.tsx';
import { useNowMs } from '../../stores/clock.ts';
import { useConnection } from '../../stores/connection.ts';
import { useLive } from '../../stores/live.ts';
import { useSettings } from '../../stores/settings.ts';
import { reloadWard } from '../../stores/wire.ts';
import { DischargedDialog } from './discharged-dialog.tsx';
import { PatientDialog } from './patient-dialog.tsx';
import { PatientTile } from './patient-tile.tsx';
import classes from './ward.module.css';
import { orderWard, searchWard, type WardOrder } from './ward-order.ts';

const ORDER_CHOICES = [
  { value: 'urgency', label: 'Urgency' },
  { value: 'location', label: 'Location' },
  { value: 'name', label: 'Name' },
];

export function WardScreen() {
  const { ward, phase, problem } = useLive();
  const recent = useLive((state) => state.recent);
  const connected = useConnection((state) => state.connected);
  const units = useSettings((state) => state.settings);
  const nowMs = useNowMs();
  const [order, setOrder] = useLocalStorage<WardOrder>({ key: 'healthsense.ward-order', defaultValue: 'urgency' });
  const [editing, setEditing] = useState<Patient | null>(null);
  const [search, setSearch] = useState('');
  const [adding, { open, close }] = useDisclosure(false);
  const [showingDischarged, discharged] = useDisclosure(false);
  const shown = useMemo(() => orderWard(searchWard([...ward.values()], search), order), [ward, search, order]);
  const addButton = (
    <Button leftSection={<IconUserPlus size={20} aria-hidden="true" />} onClick={open}>
      Add patient
    </Button>
  );
  return (
    <>
      <ScreenHeader title="Ward">
        <TextInput
          aria-label="Search patients by name, MRN or location"
          placeholder="Name, MRN or location"
          leftSection={<IconSearch size={18} aria-hidden="true" />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="Order of the tiles"
          data={ORDER_CHOICES}
          value={order}
          onChange={(value) => setOrder(value as WardOrder)}
        />
        <Button variant="default" leftSection={<IconHistory size={20} aria-hidden="true" />} onClick={discharged.open}>
          Discharged
        </Button>
        {addButton}
      </ScreenHeader>
      {phase === 'loading' && <TileSkeletons />}
      {phase === 'failed' && <ErrorNotice error={new Error(problem)} retry={() => void reloadWard(consoleClient())} />}
      {phase === 'ready' && ward.size === 0 && (
        <EmptyNotice icon={<IconUsers size={44} stroke={1.5} />} title="No patients yet" action={addButton}>
          Add a patient, then give them a wearable under Devices. Readings appear here as they arrive.
        </EmptyNotice>
      )}
      {phase === 'ready' && ward.size > 0 && shown.length === 0 && (
        <EmptyNotice
          icon={<IconUserSearch size={44} stroke={1.5} />}
          title="Nobody found"
          action={
            <Button variant="default" onClick={() => setSearch('')}>
              Show everybody
            </Button>
          }
        >
          No patient on the ward has “{search}” in name, MRN or location.
        </EmptyNotice>
      )}
      <ul className={classes.grid} aria-label="Patients on the ward">
        {shown.map((live) => (
          <li key={live.patient.patientId}>
            <PatientTile
              onEdit={setEditing}
              live={live}
              recent={recent.get(live.patient.patientId)}
              nowMs={nowMs}
              connected={connected}
              units={units}
              timeZone={units.timeZone}
            />
          </li>
        ))}
      </ul>
      <DischargedDialog opened={showingDischarged} onClose={discharged.close} />
      <PatientDialog patient={null} opened={adding} onClose={close} />
      <PatientDialog patient={editing} opened={editing !== null} onClose={() => setEditing(null)} />
    </>
  );
}

function TileSkeletons() {
  return (
    <div className={classes.grid} aria-busy="true" role="status" aria-label="Loading the ward">
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Skeleton key={key} height={360} radius="lg" />
      ))}
    </div>
  );
}
