// The Office 365 connector on the Graph stand-in, asked what every connector is asked.
import { graphServer } from '../../sources/o365/o365-harness.ts';
import { connectorConformance } from '../connector-conformance.ts';
import { office365Connector } from './office365-harness.ts';

connectorConformance('the Office 365 connector', async () => {
  const graph = await graphServer();
  const refuse = (status: number, code: string): void => {
    graph.faults.push({ on: /sendMail$/, what: { kind: 'status', status, code } });
  };
  return {
    connector: office365Connector(graph),
    taken: () =>
      Promise.resolve(
        graph.sending.sent.map((one) => ({
          messageId: one.internetMessageId,
          recipients: one.recipients,
        })),
      ),
    fault: {
      refuseForGood: () => {
        refuse(400, 'ErrorMessageSizeExceeded');
      },
      refuseForNow: () => {
        refuse(503, 'serviceNotAvailable');
      },
      refuseSecondRecipient: () => graph.sending.invalid.add('second@example.org'),
      away: () => void graph.stop(),
      signInRefused: () => {
        graph.revoke('token');
      },
      keepAndDropAnswer: () => {
        graph.faults.push({ on: /sendMail$/, times: 1, what: { kind: 'lostAnswer' } });
        // As long as it looks by itself it may not; afterwards it may.
        const hidden = { kind: 'status', status: 403 } as const;
        graph.faults.push({ on: /mailFolders\/sentitems/, times: 3, what: hidden });
      },
      dropInTheMiddle: () => {
        graph.faults.push({ on: /^PUT/, what: { kind: 'reset' } });
      },
    },
  };
});
