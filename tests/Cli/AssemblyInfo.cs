// Child processes compute on threads of their own: two tests at a time are as many as a small machine carries.

using Xunit.v3;

[assembly: Parallelization(MaxThreads = 2)]
