import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { attentionPaper } from '../report/papers.ts'
import type { Insight } from './messages.ts'
import { visible } from './prompt-lab.tsx'

/** One square per layer and head, and the one chosen in full: where the model looks from the last position. */
export function AttentionMaps({ insight }: { insight: Insight }) {
  const chosen = useSignal({ layer: 0, head: 0 })
  const { maps, characters } = insight
  const layer = Math.min(chosen.value.layer, maps.length - 1)
  const head = Math.min(chosen.value.head, maps[layer].length - 1)
  const T = characters.length
  const last = maps[layer][head].subarray((T - 1) * T)
  const strongest = Math.max(...last)
  const focus = characters[last.indexOf(strongest)]
  return (
    <figure class="attention">
      <figcaption>
        <span class="title">Where it looks: attention per layer and head</span> Each row of a square is a position of
        the text and shows how much it draws from each earlier one (
        <a href={`${attentionPaper}#subsection.3.2`}>Vaswani et al. 2017, section 3.2</a>). Choose a square to see it on
        the text.
      </figcaption>
      <div class="maps">
        {maps.map((heads, l) => (
          <div key={l} class="layer">
            <span class="muted">layer {l + 1}</span>
            {heads.map((map, h) => (
              <button
                key={h}
                type="button"
                class="map"
                aria-pressed={l === layer && h === head}
                aria-label={`Layer ${l + 1}, head ${h + 1}`}
                onClick={() => {
                  chosen.value = { layer: l, head: h }
                }}
              >
                <MapCanvas map={map} size={T} />
              </button>
            ))}
          </div>
        ))}
      </div>
      <p class="on-text">
        <span class="hidden">
          Layer {layer + 1}, head {head + 1} looks most at “{focus}”, with {(strongest * 100).toFixed(0)} % of its
          attention.
        </span>
        {characters.map((character, s) => (
          <span
            key={s}
            aria-hidden="true"
            style={{ '--share': last[s].toFixed(3) }}
            title={`${(last[s] * 100).toFixed(1)} %`}
          >
            {visible(character)}
          </span>
        ))}
      </p>
    </figure>
  )
}

function MapCanvas({ map, size }: { map: Float32Array; size: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current!
    const context = element.getContext('2d')!
    const image = context.createImageData(size, size)
    const [r, g, b] = getComputedStyle(element).color.match(/\d+/g)!.map(Number)
    map.forEach((weight, i) => {
      image.data.set([r, g, b, Math.round(255 * Math.sqrt(weight))], 4 * i)
    })
    context.putImageData(image, 0, 0)
  }, [map, size])
  return <canvas ref={canvas} width={size} height={size} />
}
