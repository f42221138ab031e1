module Hybrid.Theory.Tests.UnitsTests

open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

[<Test>]
let ``ln 2 nats are one bit`` () =
    withinRoundings 2.0 1.0 (float (Units.toBits (log 2.0 * 1.0<nat>)))

[<Test>]
let ``bits and nats convert back`` () =
    forAll (between -50.0 50.0) (fun v ->
        withinRoundings 2.0 v (float (Units.toNats (Units.toBits (v * 1.0<nat>)))))

[<Test>]
let ``bits per dimension divide one sample's information`` () =
    withinRoundings 4.0 0.5 (float (Units.toBitsPerDim 784 (392.0 * log 2.0 * 1.0<nat>)))

[<Test>]
let ``bits per dimension need a dimension`` () =
    refuses "dimensions" (fun () -> Units.toBitsPerDim 0 1.0<nat>)
