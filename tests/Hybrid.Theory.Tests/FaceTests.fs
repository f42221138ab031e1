module Hybrid.Theory.Tests.FaceTests

open System
open System.Reflection
open NUnit.Framework
open Hybrid.Theory

let private assembly = typeof<Quadrature>.Assembly

[<Test>]
let ``every public name is PascalCase for C#`` () =
    for t in assembly.GetExportedTypes() do
        let flags =
            BindingFlags.Public ||| BindingFlags.Static ||| BindingFlags.DeclaredOnly

        for m in t.GetMethods flags do
            let name = m.Name.Replace("get_", "").Replace("op_", "")
            Assert.That(Char.IsUpper name[0], Is.True, $"{t.Name}.{m.Name}")

/// Theory must not learn its truths from the formulas that it judges.
[<Test>]
let ``theory references nothing of ours`` () =
    for reference in assembly.GetReferencedAssemblies() do
        Assert.That(reference.Name, Does.Not.StartWith "Hybrid")
