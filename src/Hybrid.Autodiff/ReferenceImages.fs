namespace Hybrid.Autodiff

open Hybrid.Formulas

/// Operations on images by their definitions, in double and with derivatives: what Reference is made of.
module internal ReferenceImages =
    type private D = Dual<F64>

    let private sum (terms: D seq) = Seq.fold (+) (D.Const 0.0) terms

    /// The definition: mean and mean squared deviation of all numbers of a group, then gain, bias and act.
    let groupNorm (x: D[]) (gain: D[]) (bias: D[]) (s: GroupShape) act =
        let count = D.Const(float (s.Channels * s.Pixels))

        let group n g =
            [| for p in n * s.Pixels .. (n + 1) * s.Pixels - 1 do
                   for c in g * s.Channels .. (g + 1) * s.Channels - 1 -> x[p * s.C + c] |]

        let moments =
            Array.init s.N (fun n ->
                Array.init s.Groups (fun g ->
                    let numbers = group n g
                    let mean = sum numbers / count
                    let variance = sum (numbers |> Seq.map (fun x -> (x - mean) * (x - mean))) / count
                    mean, D.Const 1.0 / D.Sqrt(variance + D.Const(float s.Epsilon))))

        [ Array.init x.Length (fun i ->
              let c = i % s.C
              let mean, inverse = moments[i / s.C / s.Pixels][c / s.Channels]
              ReferenceRows.activate act ((x[i] - mean) * inverse * gain[c] + bias[c]))
          Array.collect (fun own -> Array.append (Array.map fst own) (Array.map snd own)) moments ]

    /// Image n, row i and column j of pixels, and channel of an element of images of that size.
    let private place (s: ImageShape) element =
        let pixel = element / s.C
        pixel / s.Pixels, pixel / s.W % s.H, pixel % s.W, element % s.C

    let private element (s: ImageShape) (n, i, j, c) = ((n * s.H + i) * s.W + j) * s.C + c

    /// The definition: 2 × 2 pixels as one.
    let downsample (x: D[]) (factor: float32) (s: ImageShape) =
        Array.init (x.Length / 4) (fun at ->
            let n, i, j, c = place s.Half at

            D.Const(float factor)
            * sum [ for down in 0..1 do
                        for right in 0..1 -> x[element s (n, 2 * i + down, 2 * j + right, c)] ])

    /// The definition: one pixel as 2 × 2.
    let upsample (x: D[]) (factor: float32) (s: ImageShape) =
        Array.init (x.Length * 4) (fun at ->
            let n, i, j, c = place s at
            D.Const(float factor) * x[element s.Half (n, i / 2, j / 2, c)])
