/// Golden values: mpmath 1.3 with mp.dps = 40, from the definitions (log(1+exp(x)), x/(1+exp(-x)), x·ncdf(x)
/// …) at
/// the decimal argument, printed to 20 digits.
module Hybrid.Theory.Tests.ElementaryTests

open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

[<TestCase(1e-10, 9.9999999995e-11)>]
[<TestCase(-0.3, -0.35667494393873237891)>]
[<TestCase(0.5, 0.40546510810816438198)>]
[<TestCase(3.0, 1.3862943611198906188)>]
let ``ln(1 + x)`` (x: float, expected: float) =
    withinRoundings 8.0 expected (Elementary.logOnePlus x)

[<TestCase(1e-9, 5.0000000016666666671e-19)>]
[<TestCase(-0.001, 4.9983337499166805536e-7)>]
[<TestCase(0.3, 0.049858807576003103984)>]
[<TestCase(-0.99, 0.36157669102204569053)>]
[<TestCase(2.5, 8.6824939607034734381)>]
let ``e^x above its tangent`` (x: float, expected: float) =
    withinRoundings 8.0 expected (Elementary.expAboveTangent x)

[<TestCase(-40.0, 4.2483542552915889863e-18)>]
[<TestCase(-3.0, 0.048587351573742058759)>]
[<TestCase(0.1, 0.74439666007357089483)>]
[<TestCase(20.0, 20.00000000206115362)>]
let ``softplus`` (x: float, expected: float) =
    withinRoundings 8.0 expected (Activations.softplus x)

[<TestCase(-3.7, 0.02412702141766920128)>]
[<TestCase(-30.0, 9.3576229688392989538e-14)>]
[<TestCase(2.5, 0.92414181997875644881)>]
let ``sigmoid`` (x: float, expected: float) =
    withinRoundings 8.0 expected (Activations.sigmoid x)

[<TestCase(-12.0, -0.000073730095226576613907)>]
[<TestCase(-1.3, -0.27841452204467380362)>]
[<TestCase(0.001, 0.00050024999997916666875)>]
[<TestCase(4.0, 3.9280551601516337679)>]
let ``silu`` (x: float, expected: float) =
    withinRoundings 8.0 expected (Activations.silu x)

// The rounding of x/√2 is amplified by the slope of ln Φ, about x² relative in the lower tail; 16 for erfc
// itself.
let private tailRoundings x = 16.0 + 2.0 * x * x

[<TestCase(-30.0, 4.9067139271481870595e-198)>]
[<TestCase(-10.0, 7.619853024160526066e-24)>]
[<TestCase(-5.0, 2.8665157187919391167e-7)>]
[<TestCase(-1.0, 0.15865525393145705141)>]
[<TestCase(-0.01, 0.4960106436853683963)>]
[<TestCase(0.5, 0.69146246127401310364)>]
[<TestCase(1.0, 0.84134474606854294859)>]
[<TestCase(3.0, 0.99865010196836990547)>]
let ``normal distribution function`` (x: float, expected: float) =
    withinRoundings (tailRoundings x) expected (Elementary.normalCdf x)

[<TestCase(-10.0, -7.619853024160526066e-23)>]
[<TestCase(-1.0, -0.15865525393145705141)>]
[<TestCase(0.5, 0.34573123063700655182)>]
[<TestCase(3.0, 2.9959503059051097164)>]
let ``gelu`` (x: float, expected: float) =
    withinRoundings (tailRoundings x) expected (Activations.gelu x)

[<TestCase(-0.7, -0.60436777711716349631)>]
[<TestCase(1e-5, 9.9999999996666666667e-6)>]
[<TestCase(3.0, 0.99505475368673045133)>]
let ``tanh`` (x: float, expected: float) =
    withinRoundings 8.0 expected (Activations.tanh x)

[<Test>]
let ``the normal distribution function is the integral of its density`` () =
    for x in [ -2.0; -0.25; 0.0; 1.5 ] do
        let integral =
            Quadrature.OverInterval(0.0, x, fun t -> exp (float (Gaussian.logDensity 0.0 0.0 t)))

        within (32.0 * u) (0.5 + integral) (Elementary.normalCdf x)

[<Test>]
let ``relu keeps the positive half`` () =
    Assert.That(Activations.relu -2.0, Is.Zero)
    Assert.That(Activations.relu 0.0, Is.Zero)
    Assert.That(Activations.relu 3.5, Is.EqualTo 3.5)

[<Test>]
let ``nothing overflows far out`` () =
    Assert.That(Activations.softplus 800.0, Is.EqualTo 800.0)
    Assert.That(Activations.softplus -800.0, Is.Zero)
    Assert.That(Activations.silu -800.0, Is.Zero)
    Assert.That(Activations.gelu -800.0, Is.Zero)
    Assert.That(Activations.gelu 800.0, Is.EqualTo 800.0)
    Assert.That(Activations.sigmoid -800.0, Is.Zero)

[<Test>]
let ``softplus is odd but for a half: softplus(x) − softplus(−x) = x`` () =
    forAll (between -40.0 40.0) (fun x ->
        within (4.0 * u * (1.0 + abs x)) x (Activations.softplus x - Activations.softplus -x))

[<Test>]
let ``tanh is a stretched sigmoid: tanh x = 2σ(2x) − 1`` () =
    forAll (between -20.0 20.0) (fun x ->
        within (8.0 * u) (2.0 * Activations.sigmoid (2.0 * x) - 1.0) (Activations.tanh x))
