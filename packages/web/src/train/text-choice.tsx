import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { findText, keepText } from '../store/texts.ts'

const LARGEST = 5_000_000 // characters; more would only wait in memory
const SHOWN = 20_000

interface Props {
  id: string
  choose: (id: string) => void
  problem: Signal<string>
}

/** A box to paste or drop a text into, or the built-in one. */
export function TextChoice({ id, choose, problem }: Props) {
  const text = useSignal('')
  /** what is being typed: the page may be drawn again meanwhile */
  const draft = useSignal<string | undefined>(undefined)
  const name = useSignal('')
  const dragging = useSignal(false)
  useEffect(() => {
    findText(id).then((stored) => {
      draft.value = undefined
      name.value = stored?.name ?? ''
      text.value = stored?.text ?? ''
      problem.value = stored ? '' : 'The text that this address names is not in this browser: paste it here.'
    })
  }, [id])
  const take = async (content: string, title: string) => {
    problem.value = ''
    if (content.length > LARGEST) problem.value = `That is ${content.length} characters; at most ${LARGEST} fit.`
    else if (content.trim() === '') problem.value = 'That text is empty.'
    else choose(await keepText({ name: title, text: content }))
  }
  const takeFile = async (file: File | undefined) => file && take(await file.text(), file.name)
  return (
    <div class={dragging.value ? 'text-choice dragging' : 'text-choice'}>
      <label for="text">
        The text to learn from <small>paste, type, or drop a file here</small>
      </label>
      <textarea
        id="text"
        rows={7}
        spellcheck={false}
        value={draft.value ?? text.value.slice(0, SHOWN)}
        onInput={({ currentTarget: { value } }) => {
          draft.value = value
        }}
        onDragOver={(event) => {
          event.preventDefault()
          dragging.value = true
        }}
        onDragLeave={() => {
          dragging.value = false
        }}
        onDrop={(event) => {
          event.preventDefault()
          dragging.value = false
          const file = event.dataTransfer?.files[0]
          const dropped = event.dataTransfer?.getData('text/plain') ?? ''
          if (file) takeFile(file)
          else if (dropped) take(dropped, firstWords(dropped))
        }}
        onPaste={(event) => {
          // a paste over nothing or everything is a new text, of any length
          const box = event.currentTarget
          const pasted = event.clipboardData?.getData('text/plain') ?? ''
          const whole = box.value === '' || (box.selectionStart === 0 && box.selectionEnd === box.value.length)
          if (!whole || pasted === '') return
          event.preventDefault()
          take(pasted, firstWords(pasted))
        }}
        onChange={({ currentTarget: { value } }) => take(value, firstWords(value))}
      />
      <div class="actions">
        <label class="button file">
          Open a text file …
          <input
            type="file"
            accept="text/*,.txt,.md,.csv,.json"
            onChange={({ currentTarget }) => takeFile(currentTarget.files?.[0])}
          />
        </label>
        <button type="button" disabled={id === 'built-in'} onClick={() => choose('built-in')}>
          Moby-Dick
        </button>
        <span class="muted estimate">
          {name.value && `${name.value}: ${text.value.length.toLocaleString('en')} characters`}
          {text.value.length > SHOWN &&
            ', of which the beginning is shown; what you change it to becomes the whole text'}
        </span>
      </div>
    </div>
  )
}

const firstWords = (text: string) => `“${text.trim().split(/\s+/).slice(0, 5).join(' ')} …”`
