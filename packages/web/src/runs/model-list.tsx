import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { download, fileName } from '../report/download.ts'
import type { RunRecord, StoredModel } from '../store/runs.ts'
import { modelFile, modelsOf } from './models.ts'

/** The run's models as safetensors files, as far as they are still in this browser. */
export function ModelList({ run }: { run: RunRecord }) {
  const models = useSignal<(StoredModel & { bytes: number })[]>([])
  const problem = useSignal('')
  useEffect(() => {
    modelsOf(run).then((found) => {
      models.value = found
    })
  }, [run.id])
  if (models.value.length === 0) return null
  const save = async ({ key, name }: StoredModel) => {
    problem.value = ''
    try {
      download(`${fileName(name)}.safetensors`, await modelFile(key), 'application/octet-stream')
    } catch (error) {
      problem.value = (error as Error).message
    }
  }
  return (
    <details>
      <summary>Save a model</summary>
      <ul class="figures">
        {models.value.map((model) => (
          <li key={model.key}>
            <span>
              {model.name} <span class="muted">{Math.ceil(model.bytes / 1000)} kB</span>
            </span>
            <button type="button" aria-label={`${model.name} as safetensors`} onClick={() => save(model)}>
              safetensors
            </button>
          </li>
        ))}
      </ul>
      {problem.value && (
        <p class="problem-line" role="alert">
          {problem.value}
        </p>
      )}
    </details>
  )
}
