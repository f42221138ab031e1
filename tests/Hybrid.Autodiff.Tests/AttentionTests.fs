namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Formulas
open Hybrid.Autodiff.Tests.GradientTests

/// Attention through a plan on the host device, against Dual<F64>.
module AttentionTests =
    /// Two problems: 3 queries of 7 keys each, 5 columns wide, with 4 columns of values.
    let private queriesAndKeys (g: Graph) =
        layer g "q" (g.Input("data", 6, 3)) 5 Activation.Tanh,
        layer g "k" (g.Input("other", 14, 2)) 5 Activation.Tanh

    let private heads (g: Graph) =
        let q, k = queriesAndKeys g
        q, k, layer g "v" (g.Input("third", 14, 3)) 4 Activation.Tanh

    [<Test>]
    let ``queries, keys and values`` () =
        let g = Graph()
        let q, k, v = heads g
        let struct (y, _) = g.Attention(q, k, v, 2)
        check g [ layer g "tail" y 1 Activation.Tanh, 0.5 ]

    [<Test>]
    let ``the log-sum-exp, which no value changes`` () =
        let g = Graph()
        let q, k = queriesAndKeys g
        let struct (_, logSum) = g.Attention(q, k, g.Input("values", 14, 4), 2, 1.5f)
        check g [ logSum, 0.7 ]

    [<Test>]
    let ``the output and the log-sum-exp`` () =
        let g = Graph()
        let q, k, v = heads g
        let struct (y, logSum) = g.Attention(q, k, v, 2)
        check g [ layer g "tail" y 1 Activation.Tanh, 0.5; logSum, 0.7 ]

    [<Test>]
    let ``a sequence that looks at itself, longer than a block of keys`` () =
        let g = Graph()
        let x = layer g "x" (g.Input("data", 40, 3)) 6 Activation.Tanh
        let struct (y, _) = g.Attention(x, x, x, 1)
        check g [ layer g "tail" y 1 Activation.Tanh, 0.1 ]

    [<Test>]
    let ``learnt queries of given data`` () =
        let g = Graph()
        let data = g.Input("data", 9, 4)
        let struct (y, _) = g.Attention(g.Parameter("queries", 2, 4), data, data, 1)
        check g [ layer g "tail" y 1 Activation.Tanh, 1.0 ]

    [<Test>]
    let ``only what has a parameter behind it is differentiated`` () =
        let g = Graph()
        let data = g.Input("data", 9, 4)

        let struct (y, _) =
            g.Attention(data, data, layer g "v" data 3 Activation.Identity, 3)

        use model = new Model(g, [ layer g "tail" y 1 Activation.Tanh, 1.0 ])
        let names = [ for launch in model.Plan.Launches -> Op.name launch.Op ]
        Assert.That(names, Does.Contain "AttentionGradKeyValue")
        Assert.That(names, Does.Not.Contain "AttentionGradQuery")

    [<Test>]
    let ``a launch costs its pairs, and the bytes of its tensors`` () =
        let g = Graph()
        let q, k, v = heads g
        let struct (y, _) = g.Attention(q, k, v, 2)
        use model = new Model(g, [ layer g "tail" y 1 Activation.Tanh, 0.5 ])

        let cost name =
            model.Plan.Launches
            |> Seq.find (fun launch -> Op.name launch.Op = name)
            |> LaunchCost.Of

        // 2·3·7 pairs of 5 and 4 columns; 2·3 queries, 2·7 keys.
        let forward = cost "Attention"
        Assert.That(forward.Flops, Is.EqualTo(42 * (2 * 5 + 2 * 4 + 4) + 6 * (4 + 1)))
        Assert.That(forward.Transcendentals, Is.EqualTo(42 + 6))
        Assert.That(forward.BytesRead, Is.EqualTo(4 * (6 * 5 + 14 * 5 + 14 * 4)))
        Assert.That(forward.BytesWritten, Is.EqualTo(4 * (6 * 4 + 6)))
        let query, keyValue = cost "AttentionGradQuery", cost "AttentionGradKeyValue"
        Assert.That(query.BytesRead, Is.EqualTo(forward.BytesRead + 4L * (6L * 4L + 12L)))
        Assert.That(query.BytesWritten, Is.EqualTo(4 * 6 * 5))
        Assert.That(keyValue.BytesRead, Is.EqualTo query.BytesRead)
        Assert.That(keyValue.BytesWritten, Is.EqualTo(4 * 14 * (5 + 4)))
        Assert.That((cost "AttentionDelta").Flops, Is.EqualTo(6 * (2 * 4 + 1)))

    [<TestCase(6, 5, 14, 5, 13, 2)>]
    [<TestCase(6, 5, 14, 4, 14, 2)>]
    [<TestCase(7, 5, 14, 5, 14, 2)>]
    [<TestCase(6, 5, 14, 5, 14, 0)>]
    let ``shapes that do not fit are refused`` (rows, cols, keys, keyCols, values, count) =
        let g = Graph()

        let attend () =
            g.Attention(g.Input("q", rows, cols), g.Input("k", keys, keyCols), g.Input("v", values, 3), count)
            |> ignore

        Assert.That(System.Action attend, Throws.ArgumentException.With.Message.Contains "Attention")
