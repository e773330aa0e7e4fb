// The machine code of the kernels: sums that leave their registers inside the k loop would cost a third of the speed and change no result,
// so that no other test would see it.

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace VaeFromScratch.Tensors.Tests;

public partial class KernelCodeTests
{
    // With AVX-512 the compiler has 32 registers for the narrower kernels too. What they were made for has 16, so that is looked at as well.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_inner_loop_of_every_kernel_holds_its_multiply_adds_and_never_touches_the_stack(bool hidesAvx512)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The code is read as that of x64 on Linux.");
        var listings = Disassemble(hidesAvx512);
        foreach (var set in InstructionSets.Available.Where(set => !hidesAvx512 || set != InstructionSet.Avx512))
        {
            var kernel = GemmKernel.For(set);
            Assert.Contains(listings, listing => IsOf(set, listing) && (listing.Rows, listing.Columns) == (kernel.Rows, kernel.Columns));
            var sparse = listings.Where(listing => listing.Kernel == $"SparseKernel{set}").Select(listing => listing.Columns).Order();
            Assert.Equal(SparseKernel.For(set) is null ? [] : [SparseKernel.Narrow, SparseKernel.Wide], sparse);
        }

        if (hidesAvx512) Assert.DoesNotContain(listings, listing => IsOf(InstructionSet.Avx512, listing));

        // The narrower tiles are held to the same.
        foreach (var listing in listings)
        {
            var set = Assert.Single(InstructionSets.Available, set => IsOf(set, listing));
            var loop = InnerLoop(listing.Code);
            Assert.True(CountMultiplyAdds(loop) == listing.Rows * listing.Columns / Lanes(set), $"{listing.Name} has other multiply-adds in its loop:\n{loop}");
            Assert.True(StackReferences(listing.Code, loop).Length == 0, $"{listing.Name} goes to the stack in its loop:\n{loop}");
        }
    }

    /// <summary>What the child process does: products in which every kernel computes its whole tiles and its narrower ones, dense and sparse.</summary>
    [Fact]
    public void Whole_and_narrower_tiles_multiply()
    {
        foreach (var name in Engines.InstructionSetNames)
        {
            Engines.With(name, 1, engine =>
            {
                foreach (var columns in new[] { 48, 52, 56, 64, 80 })
                {
                    var (a, b, c) = (new Matrix<float>(24, 2), new Matrix<float>(2, columns), new Matrix<float>(24, columns));
                    a.Flat.Fill(3);
                    b.Flat.Fill(5);
                    Gemm.Multiply(engine, a, b, c);
                    Assert.Equal(-1, c.Flat.IndexOfAnyExcept(30f));
                }

                // Every other number of A is zero: five strips of the narrow kernel, and seven of the wide one.
                foreach (var columns in new[] { 400, 784 })
                {
                    var (a, b, c) = (new Matrix<float>(3, 4), new Matrix<float>(4, columns), new Matrix<float>(3, columns));
                    for (var i = 0; i < a.Flat.Length; i += 2) a.Flat[i] = 3;
                    b.Flat.Fill(5);
                    Gemm.Multiply(engine, a, b, c, left: LeftOperand.Sparse);
                    Assert.Equal(-1, c.Flat.IndexOfAnyExcept(30f));
                }
            });
        }
    }

    [Fact]
    public void A_sum_that_is_kept_on_the_stack_is_seen()
    {
        const string code = """
            ; rbp based frame
            G_M1_IG01:
                   mov      qword ptr [rbp-0x10], rdi
            G_M1_IG02:
                   vfmadd231ps zmm0, zmm1, zmmword ptr [rsi]
                   dec      edi
                   jne      SHORT G_M1_IG02
            G_M1_IG03:
                   vmovups  zmm2, zmmword ptr [rbp-0x50]
                   vfmadd231ps zmm2, zmm1, zmmword ptr [rsi]
                   vfmadd231ps zmm3, zmm1, zmm4
                   vmovups  zmmword ptr [rbp-0x50], zmm2
                   dec      edi
                   jne      SHORT G_M1_IG03
                   mov      rax, qword ptr [rbp-0x10]
                   ret
            """;
        var loop = InnerLoop(code);
        Assert.Equal(2, CountMultiplyAdds(loop));
        Assert.Equal(2, StackReferences(code, loop).Length);
        Assert.Single(StackReferences(code.Replace("rbp based", "rsp based", StringComparison.Ordinal), loop.Replace("[rbp-0x50], ", "[rsp+0x50], ", StringComparison.Ordinal)));
        Assert.Equal("", InnerLoop("G_M1_IG01:\n  jne SHORT G_M1_IG02\nG_M1_IG02:\n  ret"));
    }

    private sealed record Listing(string Kernel, string Name, int Rows, int Columns, string Code);

    private static bool IsOf(InstructionSet set, Listing listing) =>
        listing.Kernel.StartsWith($"Kernel{set}Tile", StringComparison.Ordinal) || listing.Kernel == $"SparseKernel{set}";

    private static int Lanes(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => 16,
        InstructionSet.Avx2 => 8,
        InstructionSet.V128 => 4,
        _ => 1,
    };

    // The release runtime lists the code of a method as it compiles it; so the methods have to be compiled in a process that is told to.
    private static List<Listing> Disassemble(bool hidesAvx512)
    {
        var file = Path.GetTempFileName();
        try
        {
            var program = Path.Combine(AppContext.BaseDirectory, $"{typeof(KernelCodeTests).Assembly.GetName().Name}.dll");
            var start = new ProcessStartInfo("dotnet", [program, "-method", $"*.{nameof(Whole_and_narrower_tiles_multiply)}"])
            {
                RedirectStandardOutput = true,
                Environment = { ["DOTNET_JitDisasm"] = "Tile* Compute112 Compute96", ["DOTNET_JitStdOutFile"] = file },
            };
            if (hidesAvx512) start.Environment["DOTNET_EnableAVX512"] = "0";
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output);
            // A sparse kernel has one row, which its name does not say.
            return [.. Headers().Split(File.ReadAllText(file)).Skip(1).Chunk(4).Select(part => (Kernel: part[0], Method: part[1], Size: part[2].Split('x'), Code: part[3]))
                .Select(part => new Listing(part.Kernel, $"{part.Kernel}.{part.Method}", part.Size.Length == 2 ? int.Parse(part.Size[0], null) : 1,
                    int.Parse(part.Size[^1], null), part.Code))];
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The block that ends with a jump back to its beginning and, of those, has the most multiply-adds; of a loop in a loop the inner one.</summary>
    private static string InnerLoop(string code)
    {
        var labels = Labels().Matches(code).ToDictionary(label => label.Groups[1].Value, label => label.Index);
        return Jumps().Matches(code).Where(jump => labels.TryGetValue(jump.Groups[1].Value, out var target) && target < jump.Index)
            .Select(jump => code[labels[jump.Groups[1].Value]..(jump.Index + jump.Length)]).OrderByDescending(CountMultiplyAdds).ThenBy(block => block.Length).FirstOrDefault("");
    }

    private static int CountMultiplyAdds(string code) => MultiplyAdds().Count(code);

    // Where frames hang on rsp, rbp is a register like any other.
    private static string[] StackReferences(string code, string loop) =>
        [.. loop.Split('\n').Where(line => line.Contains("[rsp", StringComparison.Ordinal)
            || (line.Contains("[rbp", StringComparison.Ordinal) && !code.Contains("; rsp based frame", StringComparison.Ordinal)))];

    [GeneratedRegex(@"^; Assembly listing for method \S*?\.((?:Sparse)?Kernel\w+):((?:Tile|Compute)(\d+(?:x\d+)?))\(.*$", RegexOptions.Multiline)]
    private static partial Regex Headers();

    [GeneratedRegex(@"^(G_M\w+):", RegexOptions.Multiline)]
    private static partial Regex Labels();

    [GeneratedRegex(@"^ +j\w+ +(?:SHORT )?(G_M\w+)", RegexOptions.Multiline)]
    private static partial Regex Jumps();

    [GeneratedRegex(@"\bvfmadd(?:132|213|231)[ps]s\b")]
    private static partial Regex MultiplyAdds();
}
