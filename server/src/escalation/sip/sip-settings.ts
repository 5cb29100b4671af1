/** How a site's exchange or trunk is reached. */
export interface SipSettings {
  /** Host with an optional port. */
  readonly server: string;
  readonly user: string;
  /** Empty for a trunk that knows us by our address. */
  readonly password: string;
  readonly transport: 'udp' | 'tcp';
  /** An extension registers; a trunk that knows us by our address need not. */
  readonly isRegistered: boolean;
  readonly displayName: string;
  /** The address that the phone network sees; `0.0.0.0` leaves the choice to the routes of the machine. */
  readonly listen: string;
  /** Calls at once; each takes a process of about 10 MB. */
  readonly channels: number;
  /** A path, or a name in the usual folders. */
  readonly baresipPath: string;
  /** Only numbers that begin with one of these are dialled; empty: every number. */
  readonly dialPrefixes: readonly string[];
  /** Ours alone: configuration with the password, sound, and who is running. */
  readonly folder: string;
}

const DEFAULT_SIP_PORT = 5060;

export function hostAndPort(server: string): { readonly host: string; readonly port: number } {
  const [host = '', port] = server.split(':');
  return { host, port: port === undefined ? DEFAULT_SIP_PORT : Number(port) };
}
