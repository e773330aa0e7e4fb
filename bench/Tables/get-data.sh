#!/usr/bin/env bash
# Real tables as CSV files, from the R package mlbench (Debian: r-base-core and r-cran-mlbench). Their sources are in README.md.
#   bench/Tables/get-data.sh DIR
set -euo pipefail
mkdir -p "${1:?a folder for the files is missing}"
cd "$1"
Rscript -e '
    suppressMessages(library(mlbench))
    save <- function(name, label, columns) {
        data(list = name)
        table <- get(name)
        names(table)[names(table) == label] <- "label"
        table <- table[, c(columns(table), "label")]
        for (column in setdiff(names(table), "label")) table[[column]] <- as.numeric(as.character(table[[column]]))
        write.csv(table, paste0(tolower(name), ".csv"), row.names = FALSE, na = "")
    }
    save("Shuttle", "Class", function(t) setdiff(names(t), "label"))
    save("Satellite", "classes", function(t) setdiff(names(t), "label"))
    save("Ionosphere", "Class", function(t) setdiff(names(t), c("label", "V1", "V2")))
    save("BreastCancer", "Class", function(t) setdiff(names(t), c("label", "Id")))'
