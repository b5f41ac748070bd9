export const LOST = 'DeviceLostError'

/** Why a run ended before its time, and what to do: `error` is the name of its class. */
export function Failure({ error, message }: { error: string; message: string }) {
  return (
    <div role="alert">
      <p>{message}</p>
      <p>
        {error === LOST
          ? 'The driver was reset, updated or switched off, or another program brought it down. Nothing finished is lost: ' +
            'go on, and the work continues from its last checkpoint. If it happens again, close other programs that use the GPU or choose smaller models.'
          : 'Nothing finished is lost. Going on starts from the last checkpoint.'}
      </p>
    </div>
  )
}
