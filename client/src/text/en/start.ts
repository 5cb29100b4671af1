import type { Translation } from '../translation.ts';
import type { start as zh } from '../zh/start.ts';

export const start = {
  what: 'From the moment a customer hangs up until a repair vehicle arrives: who has each ticket, and how much time is left.',
  signedInAs: 'Signed in as {{name}} ({{role}})',
  goOn: 'Go to {{page}}',
  switchAccount: 'Use another account',
  checking: 'Checking who is signed in…',
  ways: {
    title: 'Pages',
    wall: { name: 'Wall', what: 'Tickets, vehicles and alarms of the whole district' },
    desk: { name: 'Desk', what: 'Intake, issue, dispatch and calls' },
    vehicle: { name: 'Vehicle', what: 'Accept, depart, arrive, record the fault' },
    phone: { name: 'Duty phone', what: 'This browser rings; key 1 takes the ticket' },
    ticket: { name: 'Tickets', what: 'One ticket’s whole way and who answered for it' },
    late: { name: 'Late hops', what: 'Which segment was late, and whose it was' },
    crew: { name: 'Crew office', what: 'Accept, return, and the crew’s vehicles' },
    admin: { name: 'Administration', what: 'Departments, vehicles, accounts, policies, walls' },
    needsSignIn: 'Sign in first',
    notForRole: 'Not used in your role',
  },
  demo: {
    title: 'Demo',
    hint: 'One click enters as that account, without a password. All people, numbers and plates are made up.',
    vehicles: 'Vehicle client ({{count}} to choose from)',
    phones: 'Rings, and takes a ticket by key ({{count}} to choose from)',
    otherCrews: 'Other crews ({{count}})',
    simulation: 'A simulated shift is running: {{vehicles}} vehicles at {{speed}} × speed, seed {{seed}}.',
    noSimulation: 'No simulated shift is running: tickets and vehicles change by your own actions only.',
  },
  form: {
    title: 'Sign in',
    login: 'User name',
    password: 'Password',
    loginMissing: 'Enter your user name.',
    passwordMissing: 'Enter your password.',
    capsLock: 'Caps Lock is on.',
    offline: 'The server cannot be reached. Check the network and try again.',
    shared: 'Sign out when you are done, above all on a shared computer.',
  },
  firstRun: {
    title: 'First run',
    hint: 'Nothing is set up yet. The code that the server printed when it started makes the district and its administrator.',
    go: 'Set up',
  },
} satisfies Translation<typeof zh>;
