namespace Hybrid.Autodiff

open Hybrid.Formulas
open Hybrid.Autodiff // its cases before formulas of the same names

/// What a derivative is made of: for each operation, the operations that pass its adjoint on.
module internal Rules =
    let push (g: Graph) op shapes = g.Push(Backward op, shapes)

    /// What each operand of a forward operation receives when its outputs have adjoints <paramref name="bar"/>.
    /// One rule per operation; a missing one does not compile.
    let rule
        (g: Graph)
        (id: int)
        (needs: Value -> bool)
        (bar: int -> Value)
        op
        : (Value * Value) list =
        let shape = g.ShapeOf

        let onlyData x =
            if needs x then
                invalidOp
                    $"Node {id}: the data of a likelihood has no adjoint; it must not depend on parameters."

        let noAdjoint values =
            if List.exists needs values then
                invalidOp
                    $"Node {id}: {Op.name (Forward op)} has no derivative; it must not depend on parameters."

            []

        let second v = { v with Output = 1 }

        let scaled v factor =
            g.Push(Forward(Scale(v, factor)), [ shape v ])

        let y = { Node = id; Output = 0 }

        //#region before-act
        /// The adjoint of what act was applied to.
        let beforeAct act known =
            match act with
            | Activation.Identity -> bar 0
            | _ -> push g (ActivateGrad(act, known, bar 0)) [ shape y ]
        //#endregion

        /// The adjoints of the components: dMu, and two that lie beside each other.
        let components (m: Mixture<Value>) op =
            let cols, scales = (shape m.Mu).Cols, (shape m.Scale).Cols
            let beside = { shape m.Mu with Cols = cols + scales }
            let d = push g op [ shape m.Mu; beside ]

            let parts =
                g.Push(Forward(Split(second d, [ cols; scales ])), [ shape m.Mu; shape m.Scale ])

            [ m.Mu, d; m.HalfPrecision, parts; m.Scale, second parts ]

        match op with
        //#region affine-rule
        | Affine(x, w, bias, act) ->
            let dPre = beforeAct act (if Op.readsInput act then second y else y)
            let d = push g (AffineGradWeight(x, dPre)) [ shape w; shape bias ]

            [ w, d
              bias, second d
              if needs x then
                  x, push g (AffineGradInput(dPre, w, None)) [ shape x ] ]
        //#endregion
        | Activate(act, x) -> [ x, beforeAct act (if Op.readsInput act then x else y) ]
        | Split(x, cols) ->
            [ x, g.Push(Forward(Join [ for i in 0 .. cols.Length - 1 -> bar i ]), [ shape x ]) ]
        | Join parts ->
            let shapes = List.map shape parts
            let d = g.Push(Forward(Split(bar 0, [ for s in shapes -> s.Cols ])), shapes)
            parts |> List.mapi (fun i part -> part, { d with Output = i })
        | BroadcastRows(v, _) -> [ v, push g (ColumnSums(bar 0)) [ shape v ] ]
        | ReparameterizeKl(mu, logVar, stream) ->
            let d =
                push g (ReparameterizeKlGrad(mu, logVar, bar 0, bar 1, stream)) [ shape mu; shape logVar ]

            [ mu, d; logVar, second d ]
        //#region kl-rows-rule
        | KlRows(mu, logVar) ->
            let d = push g (KlRowsGrad(mu, logVar, bar 0)) [ shape mu; shape logVar ]
            [ mu, d; logVar, second d ]
        //#endregion
        | KlColumns(mu, logVar) ->
            let d = push g (KlColumnsGrad(mu, logVar, bar 0)) [ shape mu; shape logVar ]
            [ mu, d; logVar, second d ]
        | BernoulliNllRows(logits, x) ->
            onlyData x
            [ logits, push g (BernoulliNllRowsGrad(logits, x, bar 0)) [ shape logits ] ]
        | GaussianNllRows(x, mean, logVar) ->
            onlyData x
            let rows = { shape x with Cols = 1 }
            let d = push g (GaussianNllRowsGrad(x, mean, logVar, bar 0)) [ shape mean; rows ]

            [ mean, d
              if needs logVar then
                  logVar, push g (Sum(second d, 1f)) [ shape logVar ] ]
        | PixelNllRows(likelihood, output, x) ->
            onlyData x
            [ output, push g (PixelNllRowsGrad(likelihood, output, x, bar 0)) [ shape output ] ]
        | PixelMeans(_, output) -> noAdjoint [ output ]
        | LogRatioRows(z, mu, logVar) ->
            [ if needs z then
                  z, push g (LogRatioRowsGradDraw(z, mu, logVar, bar 0)) [ shape z ]
              if needs mu || needs logVar then
                  let d = push g (LogRatioRowsGrad(z, mu, logVar, bar 0)) [ shape mu; shape logVar ]
                  mu, d
                  logVar, second d ]
        | ImportanceNllRows surprise -> [ surprise, push g (ScaleRows(second y, bar 0)) [ shape surprise ] ]
        | Detach _ -> []
        | GaussianLogDensityRows(x, mu, logVar) ->
            let d =
                push g (GaussianLogDensityRowsGrad(x, mu, logVar, bar 0)) [ shape x; shape logVar ]

            [ x, d
              logVar, second d
              if needs mu then
                  mu, scaled d -1f ]
        | GaussianScales logVar -> [ logVar, push g (GaussianScalesGrad(y, bar 0, bar 1)) [ shape logVar ] ]
        //#region mixture-rule
        | MixtureLogDensity m ->
            [ if needs m.Z then
                  m.Z, push g (MixtureGradRows(m, y, bar 0)) [ shape m.Z ]
              if List.exists needs [ m.Mu; m.HalfPrecision; m.Scale ] then
                  yield! components m (MixtureGradComponents(m, y, bar 0)) ]
        | MixtureLogMarginals m ->
            [ if needs m.Z then
                  m.Z, push g (MixtureMarginalGradRows(m, y, bar 0)) [ shape m.Z ]
              if List.exists needs [ m.Mu; m.HalfPrecision; m.Scale ] then
                  yield! components m (MixtureMarginalGradComponents(m, y, bar 0)) ]
        //#endregion
        | AffineCoupling(x, s, t) ->
            let d = push g (AffineCouplingGrad(x, s, bar 0, bar 1)) [ shape x; shape s ]
            [ x, d; s, second d; t, bar 0 ]
        | AffineCouplingInverse(y, s, t) -> noAdjoint [ y; s; t ]
        | Scale(x, factor) -> [ x, scaled (bar 0) factor ]
        | Plus(x, y) -> [ x, bar 0; y, bar 0 ]
        | Reshape(x, _) -> [ x, g.Push(Forward(Reshape(bar 0, shape x)), [ shape x ]) ]
        | MatrixProduct(x, w) ->
            [ if needs w then
                  w, push g (AffineGradWeight(x, bar 0)) [ shape w ]
              if needs x then
                  x, push g (AffineGradInput(bar 0, w, None)) [ shape x ] ]
        //#region pair-products-rule
        | PairProducts(a, b) ->
            [ if needs b then
                  b, push g (AffineGradWeight(bar 0, a)) [ shape b ]
              if needs a then
                  a, g.Push(Forward(MatrixProduct(bar 0, b)), [ shape a ]) ]
        //#endregion
        //#region batched-product-rule
        | BatchedProduct(factors, a, b, count) ->
            let product factors left right like =
                g.Push(Forward(BatchedProduct(factors, left, right, count)), [ shape like ])

            let ofA, ofB =
                match factors with
                | Factors.RightTransposed ->
                    (fun () -> product Factors.Plain (bar 0) b a),
                    (fun () -> product Factors.LeftTransposed (bar 0) a b)
                | Factors.LeftTransposed ->
                    (fun () -> product Factors.RightTransposed b (bar 0) a),
                    (fun () -> product Factors.Plain a (bar 0) b)
                | _ ->
                    (fun () -> product Factors.RightTransposed (bar 0) b a),
                    (fun () -> product Factors.LeftTransposed a (bar 0) b)

            [ if needs b then
                  b, ofB ()
              if needs a then
                  a, ofA () ]
        //#endregion
        //#region attention-rule
        | Attention(q, k, v, size) ->
            let dy, logSum = bar 0, second y
            let delta = push g (AttentionDelta(y, dy, bar 1)) [ shape logSum ]

            [ if needs k || needs v then
                  let d =
                      push g (AttentionGradKeyValue(q, k, v, dy, logSum, delta, size)) [ shape k; shape v ]

                  k, d
                  v, second d
              if needs q then
                  q, push g (AttentionGradQuery(q, k, v, dy, logSum, delta, size)) [ shape q ] ]
        //#endregion
        | PairSum(a, b, act) ->
            let d = push g (PairSumGrad(act, y, bar 0)) [ shape a; shape b ]
            [ a, d; b, second d ]
        | InfoNceRows scores -> [ scores, push g (InfoNceRowsGrad(scores, y, bar 0)) [ shape scores ] ]
        | CrossEntropyRows(logits, labels) ->
            onlyData labels
            [ logits, push g (CrossEntropyRowsGrad(logits, labels, y, bar 0)) [ shape logits ] ]
        | SquaredErrorRows(prediction, target) ->
            onlyData target
            [ prediction, push g (SquaredErrorRowsGrad(prediction, target, bar 0)) [ shape prediction ] ]
        | Uniforms _ -> []
        | PermuteColumns(x, keys) -> noAdjoint [ x; keys ]
        | CosineLogSnr t
        | ScheduleLogSnr(t, _) -> noAdjoint [ t ]
        | Diffuse(x, logSnr, eps) -> noAdjoint [ x; logSnr; eps ]
        | DiffuseNoise(x, logSnr, _) -> noAdjoint [ x; logSnr ]
        | TimeEmbedding(t, frequencies) -> noAdjoint [ t; frequencies ]
        //#region conv2d-rule
        | Conv2d(x, w, bias, size, act) ->
            let dPre = beforeAct act y

            [ w, push g (Conv2dGradWeight(x, dPre, size)) [ shape w ]
              bias, push g (ColumnSums dPre) [ shape bias ]
              if needs x then
                  x, push g (Conv2dGradInput(dPre, w, size)) [ shape x ] ]
        //#endregion
        | TransposeBlocks(x, _, width) ->
            let places = (shape x).Cols / width
            [ x, g.Push(Forward(TransposeBlocks(bar 0, places, width)), [ shape x ]) ]
        //#region modulation-rule
        | ModulatedLayerNorm(x, shift, scale) ->
            let dy, statistics = bar 0, second y

            [ if needs shift || needs scale then
                  let d = push g (ModulationGrad(x, statistics, dy)) [ shape shift; shape scale ]
                  shift, d
                  scale, second d
              if needs x then
                  x, push g (ModulatedLayerNormGrad(x, scale, statistics, dy)) [ shape x ] ]
        | AddGated(x, h, gate) ->
            let dy = bar 0

            [ x, dy
              if needs h || needs gate then
                  let d = push g (AddGatedGrad(h, gate, dy)) [ shape h; shape gate ]
                  h, d
                  gate, second d ]
        //#endregion
        //#region group-norm-rule
        | GroupNorm(x, gain, bias, size, act) ->
            let moments, dy = second y, bar 0
            let perImage = { Rows = size.N; Cols = size.C }
            let sums = push g (GroupNormSums(x, moments, gain, bias, dy, size, act)) [ perImage; perImage ]
            let products = second sums

            [ gain, push g (ColumnSums products) [ shape gain ]
              bias, push g (ColumnSums sums) [ shape bias ]
              if needs x then
                  let dx = GroupNormGrad(x, moments, gain, bias, dy, sums, products, size, act)
                  x, push g dx [ shape x ] ]
        //#endregion
        //#region resample-rule
        | Downsample(x, factor, size) -> [ x, g.Push(Forward(Upsample(bar 0, factor, size)), [ shape x ]) ]
        | Upsample(x, factor, size) -> [ x, g.Push(Forward(Downsample(bar 0, factor, size)), [ shape x ]) ]
        //#endregion
        | PlusPerImage(x, y, pixels) ->
            [ y, bar 0
              if needs x then
                  x, push g (SumPerImage(bar 0, pixels)) [ shape x ] ]
