# What training did, by group of parameters. Run in a folder that has history.txt, from
# dotgrad --history=history.txt mlp.dg -o mlp.svg.
set terminal svg size 640,840 font 'sans-serif,14' background rgb 'white'
ink = '#5b6470'
array color[6] = ['#1f6feb', '#c2410c', '#15803d', '#7e22ce', '#a16207', '#0e7490']
paint(i) = color[i % 6 + 1]
set border 3 linecolor rgb ink
set tics nomirror scale 0.5 textcolor rgb ink
set grid ytics linecolor rgb '#e6e8eb' linetype 1
set lmargin 10
set rmargin 16
set key outside right center reverse Left samplen 1.5 textcolor rgb ink

# The file has a block for each group of each training.
stats 'history.txt' using 3 nooutput
groups = STATS_blocks
array name[groups]
do for [i = 0:groups - 1] {
    stats 'history.txt' index i every ::1 using (name[i + 1] = strcol(1), $3) nooutput
}

set multiplot layout 3,1
set title 'Loss' textcolor rgb ink
set logscale y
set format y '%g'
plot 'history.txt' index 0 every ::1 using 3:4 with lines linewidth 2.5 linecolor rgb ink notitle

set title 'Mean |grad|' textcolor rgb ink
plot for [i = 0:groups - 1] 'history.txt' index i every ::1 using 3:6 with lines linewidth 2.5 \
    linecolor rgb paint(i) title name[i + 1]

set title 'Update ratio: std(update) / std(data)' textcolor rgb ink
set xlabel 'step' textcolor rgb ink
set format y '10^{%L}'
set yrange [5e-4:]
plot for [i = 0:groups - 1] 'history.txt' index i every ::1 using 3:11 with lines linewidth 2.5 \
    linecolor rgb paint(i) title name[i + 1], \
    1e-3 with lines linewidth 1.5 dashtype 2 linecolor rgb ink title 'usual'
unset multiplot
