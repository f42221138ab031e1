namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Formulas

/// The reference that gradients are compared with, against something that is not dual numbers.
module ReferenceTests =
    let private network () =
        let g = Graph()
        let x = g.Input("x", 4, 6)

        let heads =
            g.Split(g.Affine(x, g.Parameter("w", 6, 4), g.Parameter("b", 4, 1), Activation.Gelu), 2, 2)

        let struct (z, kl) = g.ReparameterizeKl(heads[0], heads[1])

        let logits =
            g.Affine(z, g.Parameter("v", 2, 6), g.Parameter("c", 6, 1), Activation.Identity)

        g, [ g.BernoulliNllRows(logits, x), 0.25; kl, 0.5 ]

    [<Test>]
    let ``dual numbers agree with central differences`` ([<Values("w", "b", "v", "c")>] name: string) =
        let g, terms = network ()
        use model = new Model(g, terms)

        let objective shift =
            let leaf l shape =
                model.Leaf l shape
                |> Array.mapi (fun i v ->
                    let slope = if l = Parameter name then 1.0 / float (i + 1) else 0.0
                    Dual<F64>(F64(float v + shift * slope), F64 slope))

            Check.objective g terms leaf model.Seed model.Step

        let h = 1e-5
        let difference = ((objective h).V.V - (objective -h).V.V) / (2.0 * h)
        // Central differences err by h²/6 of the third derivative, and by 2⁻⁵² of the value over h.
        Assert.That((objective 0.0).D.V, Is.EqualTo(difference).Within 1e-8)

    [<Test>]
    let ``values agree with the device`` () =
        let g, terms = network ()
        use model = new Model(g, terms)
        model.Run()

        let constant l shape =
            model.Leaf l shape |> Array.map (fun v -> Dual<F64>.Const(float v))

        let values = Reference.evaluate g constant model.Seed model.Step

        for term, _ in terms do
            let exact = values[term] |> Array.map (fun d -> d.V.V)
            let device = model.ValueOf term |> Array.map float
            Assert.That(device, Is.EqualTo(box exact).Within 1e-5)
