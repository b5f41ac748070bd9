import { useSignal } from '@preact/signals'
import { download, fileName } from '../report/download.ts'

interface Props {
  /** the file's name begins with it */
  name: string
  adapter: { name: string }
  content: object
}

/** Results as JSON, to keep or to send to someone. */
export function ShareButtons({ name, adapter, content }: Props) {
  const copied = useSignal('')
  const text = () => JSON.stringify({ date: new Date().toISOString(), ...content }, null, 2)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text())
      copied.value = 'Copied.'
    } catch {
      copied.value = 'The browser did not allow copying; save the file instead.'
    }
  }
  return (
    <div class="actions">
      <button type="button" onClick={copy}>
        Copy as JSON
      </button>
      <button
        type="button"
        onClick={() => download(`${name}-${fileName(adapter.name)}.json`, text(), 'application/json')}
      >
        Save as JSON
      </button>
      <span role="status">{copied.value}</span>
    </div>
  )
}
