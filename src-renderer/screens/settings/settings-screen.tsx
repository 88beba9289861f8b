// Settings: clinic and units, alarm thresholds, users, models, storage, self-test, audit, appearance, and what this program is.
import { Tabs } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { ScreenHeader } from '../../components/screen-header.tsx';
import { useSession } from '../../stores/session.ts';
import { AboutSection } from './about-section.tsx';
import { AuditSection } from './audit-section.tsx';
import { BluetoothSection } from './bluetooth-section.tsx';
import { ClinicSection } from './clinic-section.tsx';
import { ModelsSection } from './models-section.tsx';
import { SelfTestSection } from './self-test-section.tsx';
import classes from './settings.module.css';
import { StorageSection } from './storage-section.tsx';
import { ThresholdsSection } from './thresholds-section.tsx';
import { UsersSection } from './users-section.tsx';

export function SettingsScreen() {
  const admin = useSession((state) => state.user?.role === 'admin');
  const [search, setSearch] = useSearchParams();
  const sections = [
    { value: 'clinic', label: 'Clinic', body: <ClinicSection admin={admin} /> },
    { value: 'alarms', label: 'Alarm limits', body: <ThresholdsSection admin={admin} /> },
    ...(admin ? [{ value: 'users', label: 'Users', body: <UsersSection /> }] : []),
    { value: 'bluetooth', label: 'Bluetooth', body: <BluetoothSection admin={admin} /> },
    { value: 'models', label: 'Risk models', body: <ModelsSection admin={admin} /> },
    { value: 'storage', label: 'Storage', body: <StorageSection admin={admin} /> },
    { value: 'self-test', label: 'Self-test', body: <SelfTestSection /> },
    { value: 'audit', label: 'Audit', body: <AuditSection /> },
    { value: 'about', label: 'About', body: <AboutSection /> },
  ];
  const asked = search.get('section');
  const current = sections.some((section) => section.value === asked) ? asked : 'clinic';
  return (
    <>
      <ScreenHeader title="Settings" />
      <Tabs
        value={current}
        onChange={(value) => setSearch({ section: value ?? 'clinic' }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {sections.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value} fz="md" fw={600} className={classes.tab ?? ''}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {sections.map(({ value, body }) => (
          <Tabs.Panel key={value} value={value}>
            {body}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
