// The one place where an instruction set is chosen.

namespace VaeFromScratch.Tensors.Tests;

public class InstructionSetTests
{
    [Fact]
    public void Scalar_is_always_there_and_last()
    {
        Assert.Equal(InstructionSet.Scalar, InstructionSets.Available[^1]);
        Assert.Equal(InstructionSets.Available.OrderByDescending(set => set), InstructionSets.Available);
    }

    [Fact]
    public void An_available_one_can_be_asked_for_in_any_case()
    {
        foreach (var set in InstructionSets.Available) Assert.Equal(set, InstructionSets.Choose(InstructionSets.NameOf(set).ToUpperInvariant()));
    }

    [Fact]
    public void Another_is_refused_with_what_there_is() =>
        Assert.Equal($"Instruction set 'avx9' is not available here; available are: {string.Join(", ", Engines.InstructionSetNames)}.",
            Assert.Throws<ArgumentException>(() => InstructionSets.Choose("avx9")).Message);
}
