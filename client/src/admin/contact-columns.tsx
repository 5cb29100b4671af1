import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEscalationStatus } from '../live/board.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { useTime } from '../text/use-time.ts';
import type { Office } from './office.ts';
import type { ContactFinding, Place } from './places.ts';
import { findingsOfContact } from './places.ts';
import { RecordName } from './record-name.tsx';
import type { Column } from './record-table.tsx';

export interface ContactActs {
  readonly onOpen: (contact: Contact) => void;
  readonly onFill: (place: Place) => void;
  readonly onPair: (contact: Contact) => void;
  readonly onRevoke: (contact: Contact) => void;
  readonly onTest: (contact: Contact) => void;
}

/** The browsers that are paired as duty phones, and those that would ring now. */
export interface Phones {
  /** By the contact's id. */
  readonly pairedAt: Readonly<Record<string, Instant>>;
  readonly connectedContactIds: readonly string[];
}

export function useContactColumns(office: Office, phones: Phones, acts: ContactActs): readonly Column<Place>[] {
  const { t } = useTranslation(['admin', 'words', 'common']);
  const nameOf = useName();
  const vehicleOf = (contact: Contact): string | null =>
    office.vehicles.find(({ id }) => id === contact.vehicleId)?.callSign ?? null;
  return [
    { key: 'department', label: t('admin:column.department'), render: ({ department }) => nameOf(department.name) },
    {
      key: 'role',
      label: t('admin:contacts.role'),
      render: ({ role, contact }) => {
        const vehicle = contact && vehicleOf(contact);
        return vehicle ? `${t(`words:contactRole.${role}`)} · ${vehicle}` : t(`words:contactRole.${role}`);
      },
    },
    {
      key: 'name',
      label: t('admin:contacts.name'),
      render: (place) => <PlaceName place={place} acts={acts} />,
    },
    {
      key: 'language',
      label: t('admin:contacts.language'),
      render: ({ contact }) =>
        contact ? t(contact.language === 'zh' ? 'common:language.zh-CN' : 'common:language.en') : '—',
    },
    {
      key: 'reach',
      label: t('admin:contacts.reach'),
      render: ({ contact }) => (contact ? <Reach contact={contact} /> : '—'),
    },
    {
      key: 'terminal',
      label: t('admin:contacts.terminal'),
      render: ({ contact }) => (contact ? <Terminal contact={contact} phones={phones} /> : '—'),
    },
    {
      key: 'acts',
      label: t('admin:column.acts'),
      render: ({ contact }) =>
        contact && (
          <ContactButtons contact={contact} isPaired={phones.pairedAt[contact.id] !== undefined} acts={acts} />
        ),
    },
  ];
}

function PlaceName({ place, acts }: { readonly place: Place; readonly acts: ContactActs }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const { department, role, contact } = place;
  if (contact === null) {
    const named = { department: nameOf(department.name), role: t(`words:contactRole.${role}`) };
    return (
      <button
        type="button"
        className="admin-gap"
        aria-label={t('admin:contacts.fillNamed', named)}
        onClick={() => acts.onFill(place)}
      >
        {t('admin:contacts.fill')}
      </button>
    );
  }
  return (
    <span className="admin-contact">
      <RecordName name={contact.name} onOpen={() => acts.onOpen(contact)} />
      <span className="figures">{contact.phone}</span>
    </span>
  );
}

/** Whether the number would reach somebody, as far as is known: nothing is promised for a number never tried. [E7] */
function Reach({ contact }: { readonly contact: Contact }): ReactNode {
  const { t } = useTranslation('admin');
  const findings = findingsOfContact(useEscalationStatus()?.findings ?? [], contact.id);
  const others = findings.filter(({ kind }) => kind !== 'no-number');
  const hasNumber = contact.phone !== '';
  if (hasNumber && others.length === 0) return t('contacts.nothingAgainst');
  return (
    <ul className="admin-reach">
      {!hasNumber && <li className="admin-lacks">{t('contacts.cannotBeRung')}</li>}
      {others.map((finding) => (
        <ReachLine key={finding.kind} finding={finding} />
      ))}
    </ul>
  );
}

function ReachLine({ finding }: { readonly finding: ContactFinding }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const time = useTime();
  return (
    <li className="admin-lacks">
      {finding.kind === 'not-reached'
        ? t('admin:contacts.lastCall', {
            outcome: t(`words:callOutcome.${finding.outcome}`),
            at: time(finding.at, 'MM-DD hh:mm'),
          })
        : t(`words:finding.${finding.kind}`)}
    </li>
  );
}

/** A paired browser that nobody has open rings as little as none. */
function Terminal({ contact, phones }: { readonly contact: Contact; readonly phones: Phones }): ReactNode {
  const { t } = useTranslation('admin');
  const time = useTime();
  const pairedAt = phones.pairedAt[contact.id];
  if (pairedAt === undefined) return '—';
  const isConnected = phones.connectedContactIds.includes(contact.id);
  return (
    <>
      <span className="admin-state" data-active={isConnected}>
        {t(isConnected ? 'contacts.connected' : 'contacts.notConnected')}
      </span>{' '}
      <span className="quiet">{t('contacts.pairedAt', { time: time(pairedAt, 'MM-DD hh:mm') })}</span>
    </>
  );
}

interface ContactButtonsProps {
  readonly contact: Contact;
  readonly isPaired: boolean;
  readonly acts: ContactActs;
}

function ContactButtons({ contact, isPaired, acts }: ContactButtonsProps): ReactNode {
  const { t } = useTranslation('admin');
  const named = (action: string): string => t('action.named', { action, name: contact.name });
  return (
    <span className="admin-acts">
      <Button label={t('contacts.test')} name={named(t('contacts.test'))} onPress={() => acts.onTest(contact)} />
      <Button label={t('contacts.pair')} name={named(t('contacts.pair'))} onPress={() => acts.onPair(contact)} />
      {isPaired && (
        <Button
          label={t('action.revoke')}
          name={named(t('action.revoke'))}
          kind="danger"
          onPress={() => acts.onRevoke(contact)}
        />
      )}
    </span>
  );
}
